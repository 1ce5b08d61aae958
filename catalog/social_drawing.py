"""The picture that stands beside a shared link: a photograph and a name, in the shop's own letters.

Touches no database and no storage. Nothing that goes out of date is drawn, such as a price: networks keep it for long.
"""

import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont, ImageOps

from catalog import profiles

WIDTH, HEIGHT = 1200, 630
BYTES_MAX = 120 * 1024
# Part of what a picture is drawn from: raise it and every picture is drawn anew.
DESIGN = 1
LETTERING = Path(__file__).parent / "lettering"
CANVAS, INK, MUTED, ACCENT = "#FBF9F4", "#1E1E1E", "#655F58", "#9A3B1F"
MARGIN = 72
NAME_SIZES = (76, 66, 58, 50)
LINES_MAX = 3
# A photograph of 4:5 fills its side whole; a wide one gets a little more room, then its middle is shown.
PANEL_MIN, PANEL_MAX = 504, 600
QUALITIES = (86, 78, 68, 55, 40)


def draw(photograph: bytes, name: str) -> bytes:
    """A progressive JPEG of 1200 x 630 without metadata, at most 120 KB. Raises ValueError for what is no picture."""
    try:
        with Pillow.open(io.BytesIO(photograph), formats=("JPEG",)) as opened:
            picture = profiles.to_srgb(opened.convert("RGB"), opened.info.get("icc_profile") or b"")
    except (OSError, SyntaxError) as error:
        raise ValueError("This is no whole JPEG.") from error
    panel = round(min(PANEL_MAX, max(PANEL_MIN, HEIGHT * picture.width / picture.height)))
    card = Pillow.new("RGB", (WIDTH, HEIGHT), CANVAS)
    card.paste(
        ImageOps.fit(picture, (panel, HEIGHT), Pillow.Resampling.LANCZOS, centering=(0.5, 0.4)), (WIDTH - panel, 0)
    )
    pen = ImageDraw.Draw(card)
    _draw_brand(card, pen)
    _draw_name(pen, name, WIDTH - panel - 2 * MARGIN)
    return _encoded(card)


def wrapped(name: str, width: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The name in as large letters as fit, in three lines at most; what is longer ends in an ellipsis.

    Of letters that no font of the shop has, the plain letter under their marks is drawn, or nothing: never a box.
    """
    family, words = _legible(name)
    for size in NAME_SIZES:
        font = _font(family, size)
        lines = _lines(font, words, width)
        if len(lines) <= LINES_MAX and all(font.getlength(line) <= width for line in lines):
            return font, lines
    last = " ".join(lines[LINES_MAX - 1 :])
    return font, [_shortened(font, line, width) for line in (*lines[: LINES_MAX - 1], last) if line]


def _draw_brand(card: Pillow.Image, pen: ImageDraw.ImageDraw) -> None:
    with Pillow.open(LETTERING / "monogram.png") as opened:
        mark = opened.convert("L").crop(opened.getbbox() or (0, 0, 1, 1))
    mark = mark.resize((round(72 * mark.width / mark.height), 72), Pillow.Resampling.LANCZOS)
    card.paste(INK, (MARGIN, MARGIN), mark)
    left = MARGIN + mark.width + 24
    _spaced(pen, (left, MARGIN + 4), "PRECHI", _font("jost", 34), INK, 10)
    _spaced(pen, (left, MARGIN + 49), "CLOTHING", _font("jost", 17), MUTED, 7)


def _draw_name(pen: ImageDraw.ImageDraw, name: str, width: int) -> None:
    """Standing on the lower margin, under a short line of the shop's colour."""
    font, lines = wrapped(name, width)
    if not lines:
        return
    step = round(font.size * 1.16)
    ascent, _ = font.getmetrics()
    top = HEIGHT - MARGIN - step * (len(lines) - 1) - round(font.size * 0.9)
    pen.rectangle((MARGIN, top - 34, MARGIN + 55, top - 30), fill=ACCENT)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + step * number + ascent - round(font.size * 0.22)), line, INK, font, anchor="ls")


def _spaced(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, font: ImageFont.FreeTypeFont, fill: str, gap: int
) -> None:
    left, top = float(at[0]), at[1]
    for letter in text:
        pen.text((left, top + font.size * 0.8), letter, fill, font, anchor="ls")
        left += font.getlength(letter) + gap


def _legible(name: str) -> tuple[str, list[str]]:
    """The font that has most of its letters, the shop's first, and its words as that font can write them."""
    letters = [letter for letter in unicodedata.normalize("NFC", name) if not unicodedata.combining(letter)]
    family = max(("jost", "inter"), key=lambda each: sum(_has(each, letter) for letter in letters))
    return family, "".join(_written(family, letter) for letter in letters).split()


def _written(family: str, letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return next((each for each in (letter, plain) if _has(family, each)), " ")


@lru_cache(maxsize=2048)
def _has(family: str, letter: str) -> bool:
    if letter.isspace():
        return True
    font = _font(family, 50)
    return bytes(font.getmask(letter)) != bytes(font.getmask("\U0010fffd"))


def _lines(font: ImageFont.FreeTypeFont, words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def _shortened(font: ImageFont.FreeTypeFont, line: str, width: int) -> str:
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}…") > width:
        shorter = line[:-1] if " " not in line else line.rpartition(" ")[0]
        line = shorter.rstrip(" &-–,")
    return f"{line}…"


def _encoded(card: Pillow.Image) -> bytes:
    """In the best quality that is light enough: a busy pattern weighs several times a plain one."""
    for quality in QUALITIES:
        file = io.BytesIO()
        card.save(file, "JPEG", quality=quality, progressive=True, optimize=True)
        if file.tell() <= BYTES_MAX:
            break
    return file.getvalue()


@lru_cache(maxsize=16)
def _font(family: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(LETTERING / f"{family}.ttf", size, layout_engine=ImageFont.Layout.BASIC)

"""Every public version of one picture, out of its bytes. Touches no database, so it runs in any process or thread."""

import base64
import hashlib
import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from catalog import profiles
from core.errors import ShopError

BYTES_MAX = 15 * 1024 * 1024
PIXELS_MAX = 40_000_000
SIDE_MIN = 200
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF")
WIDTHS = (360, 540, 720, 1080)
# Chosen by eye on the demo shop's pictures. AVIF's speed 9 costs a quarter of 8's time for the same bytes.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 9, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 75, "method": 2},
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
# Encoders work outside Python's lock, so a lone picture uses two cores as well.
AT_ONCE = 2
PLACEHOLDER_WIDTH = 16
SIXTEEN_BITS = ("I", "I;16", "I;16L", "I;16B")
PAPER = "#F1ECE2"


class NotAPicture(ShopError):
    """The file cannot be used, whatever is tried; the message says why."""

    code = "not_a_picture"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True, slots=True)
class Rendered:
    width: int
    height: int
    renditions: dict[str, dict[str, str]]
    stem: str
    placeholder: str


def render(content: bytes) -> Rendered:
    """Makes and stores every rendition. Raises NotAPicture.

    Names hold the hash of the original and of these settings: the same picture is rendered once and shared.
    """
    stem = stem_of(content)
    picture, profile, (width, height) = _upright(opened(content))
    scaled = _scaled(picture, width, height)
    extra = {"icc_profile": profile} if profile else {}
    renditions: dict[str, dict[str, str]] = {kind: {} for kind in ENCODERS}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        stored = {
            (kind, each): pool.submit(_store, scaled[each], f"{stem}-{each}.{kind}", options | extra)
            for each in scaled
            for kind, options in ENCODERS.items()
        }
        for kind, each in sorted(stored, key=lambda key: key[1]):
            renditions[kind][str(each)] = stored[kind, each].result()
    return Rendered(width, height, renditions, stem, _placeholder(scaled[min(scaled)], profile))


def stem_of(content: bytes) -> str:
    digest = hashlib.sha256(content + repr((WIDTHS, ENCODERS, profiles.BYTES_MAX)).encode()).hexdigest()[:32]
    return f"pictures/{digest[:2]}/{digest}"


def planned(content: bytes, stem: str) -> list[str]:
    """Every name that render() may store under, from the header alone. Raises NotAPicture."""
    widths = {*WIDTHS, *(side for side in opened(content).size if side < WIDTHS[0])}
    return [f"{stem}-{width}.{kind}" for width in widths for kind in ENCODERS]


def opened(content: bytes) -> Pillow.Image:
    """The picture, read no further than its header. Raises NotAPicture."""
    if not content:
        raise NotAPicture("The file is empty. Save it again and upload that.")
    if len(content) > BYTES_MAX:
        raise NotAPicture(f"The file is larger than {BYTES_MAX // 1024 // 1024} MB. Save it smaller.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            picture = Pillow.open(io.BytesIO(content), formats=ACCEPTED)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPicture("The file is no JPEG, PNG, WebP or AVIF picture, whatever its name says.") from error
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise NotAPicture("The picture has too many pixels. Save it with at most 40 megapixels.") from error
    if picture.width * picture.height > PIXELS_MAX:
        raise NotAPicture("The picture has too many pixels. Save it with at most 40 megapixels.")
    if min(picture.size) < SIDE_MIN:
        raise NotAPicture(f"The picture is smaller than {SIDE_MIN} pixels. Upload a larger one.")
    # Telephones put a small second picture into their JPEGs (MPO), which is no animation.
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise NotAPicture("The file is an animation. Upload a still picture.")
    return picture


def _upright(picture: Pillow.Image) -> tuple[Pillow.Image, bytes, tuple[int, int]]:
    """Turned as the camera held it, without metadata: positions and serial numbers stay with the original.

    With its colour profile, or in sRGB where that one does not travel. Also its size as it stands, for a JPEG is read
    at a fraction of it: no wider than the widest rendition needs.
    """
    turned = picture.getexif().get(0x0112, 1) >= 5
    width, height = reversed(picture.size) if turned else picture.size
    profile = picture.info.get("icc_profile") or b""
    picture.draft(None, (1, WIDTHS[-1]) if turned else (WIDTHS[-1], 1))
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise NotAPicture("The picture is damaged: it ends too early. Upload it again.") from error
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in SIXTEEN_BITS:
        upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if upright.width > WIDTHS[-1]:  # before the colours, for they cost by the pixel
        upright = _narrowed(upright if upright.mode not in ("P", "PA") else upright.convert("RGBA"), WIDTHS[-1])
    kept = profiles.kept(upright, profile)
    if profile and not kept:
        upright = profiles.to_srgb(upright, profile)
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        paper = Pillow.new("RGBA", upright.size, PAPER)
        upright = Pillow.alpha_composite(paper, upright.convert("RGBA"))
    flat = upright.convert("RGB")
    flat.info = {}
    return flat, kept, (width, height)


def _scaled(picture: Pillow.Image, width: int, height: int) -> dict[int, Pillow.Image]:
    """By width, each out of the next larger one. Never larger than the original."""
    widths = [each for each in WIDTHS if each <= width] or [width]
    scaled: dict[int, Pillow.Image] = {}
    for each in reversed(widths):
        picture = scaled[each] = picture.resize((each, max(1, round(height * each / width))), Pillow.Resampling.LANCZOS)
    return scaled


def _narrowed(picture: Pillow.Image, width: int) -> Pillow.Image:
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3.0)


def _store(scaled: Pillow.Image, name: str, options: dict[str, Any]) -> str:
    if default_storage.exists(name):
        return name
    encoded = io.BytesIO()
    scaled.save(encoded, **options)
    return default_storage.save(name, ContentFile(encoded.getvalue()))


def _placeholder(picture: Pillow.Image, profile: bytes) -> str:
    """A few pixels as a data URI, which the content security policy allows for pictures: some 200 characters."""
    height = min(3 * PLACEHOLDER_WIDTH, max(1, round(picture.height * PLACEHOLDER_WIDTH / picture.width)))
    tiny = profiles.to_srgb(picture.resize((PLACEHOLDER_WIDTH, height)), profile)
    encoded = io.BytesIO()
    tiny.save(encoded, "WEBP", quality=20, method=6)
    return f"data:image/webp;base64,{base64.b64encode(encoded.getvalue()).decode()}"

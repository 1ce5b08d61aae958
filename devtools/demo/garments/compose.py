"""From drawings to a picture: table, shadow, cloth, and the light over it.

What is soft is drawn at a fifth of the size and enlarged: that is most of a blur for nothing, and a picture takes a fifth of
the time. What is crisp is drawn once at full size.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache

import resvg_py
from PIL import Image, ImageChops, ImageFilter

from devtools.demo.garments.scene import HEIGHT, LIGHT, WIDTH, Scene
from devtools.demo.garments.tones import SHADOW, TILE

SIZE = (WIDTH, HEIGHT)
SMALL = (216, 270)
SHRINK = WIDTH / SMALL[0]
BLURS = (24, 8, 3.2)
# Garments of one layer do not overlap; each has its transform.
Layer = list[tuple[Scene, str]]


def picture(layers: list[Layer], over: str = "") -> Image.Image:
    """Later layers lie above, and throw their shadow on what is below. `over` is drawn last, as it is."""
    canvas = _table().copy()
    for layer in layers:
        shadow = _shadow(tuple((scene.path, transform) for scene, transform in layer))
        canvas.paste(SHADOW, (0, 0, *SIZE), shadow.resize(SIZE, Image.Resampling.BICUBIC))
        cloth = _drawn("".join(f'<g transform="{transform}">{scene.crisp()}</g>' for scene, transform in layer), SIZE)
        outline = cloth.getchannel("A")
        canvas.paste(cloth, (0, 0), outline)
        light = _light(layer).resize(SIZE, Image.Resampling.BICUBIC)
        canvas.paste(light, (0, 0), ImageChops.multiply(light.getchannel("A"), outline))
    if over:
        drawing = _drawn(over, SIZE)
        canvas.paste(drawing, (0, 0), drawing)
    return canvas


def encoded(image: Image.Image) -> bytes:
    """As a camera would hand it over."""
    found = io.BytesIO()
    image.save(found, "JPEG", quality=94, subsampling=0)
    return found.getvalue()


def _drawn(inner: str, size: tuple[int, int]) -> Image.Image:
    """System fonts are left alone: every letter is a path, so that all machines draw the same."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{inner}</svg>'
    return _decoded(svg, size[0])


def _decoded(svg: str, width: int) -> Image.Image:
    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))).convert(
        "RGBA"
    )


@lru_cache(maxsize=1)
def _table() -> Image.Image:
    glow = (
        '<defs><radialGradient id="t" cx=".38" cy=".3" r=".95"><stop offset="0" stop-color="#FFFDF8" stop-opacity=".55"/>'
        '<stop offset=".6" stop-color="#FFFDF8" stop-opacity="0"/><stop offset="1" stop-color="#5B4630" stop-opacity=".07"/></radialGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{TILE}"/><rect width="{WIDTH}" height="{HEIGHT}" fill="url(#t)"/>'
    )
    return _drawn(glow, SIZE).convert("RGB")


@lru_cache(maxsize=32)
def _shadow(outlines: tuple[tuple[str, str], ...]) -> Image.Image:
    """How dark the table is: a broad shadow away from the light, a tight one where the cloth touches."""
    paths = "".join(f'<g transform="{transform}"><path d="{path}"/></g>' for path, transform in outlines)
    found = Image.new("L", SMALL)
    for offset, blur, strength in (("20 30", 24, 0.34), ("5 9", 8, 0.4)):
        alpha = _drawn(f'<g transform="translate({offset})">{paths}</g>', SMALL).getchannel("A")
        soft = alpha.filter(ImageFilter.GaussianBlur(blur / SHRINK)).point(lambda value, by=strength: int(value * by))
        found = ImageChops.lighter(found, soft)
    return found


def _light(layer: Layer) -> Image.Image:
    first = layer[0][0]
    return _light_of(
        tuple((scene.soft(), scene.path, scene.still, transform) for scene, transform in layer),
        first.seed,
        first.ripple,
        (first.tones.depth, first.tones.gloss),
    )


@lru_cache(maxsize=64)
def _light_of(
    parts: tuple[tuple[tuple[str, str, str], str, str, str], ...],
    seed: int,
    ripple: tuple[float, float],
    strength: tuple[float, float],
) -> Image.Image:
    """Shade and shine as black and white with alpha. Colours that take light alike share it."""
    held = _masks((still, transform) for _, _, still, transform in parts).filter(ImageFilter.GaussianBlur(1))
    free = held.point(lambda value: 255 - int(value * 0.8))
    found = Image.new("RGBA", SMALL)
    for level, wave, by in zip((0, 255), _ripple(seed), ripple, strict=True):
        found.alpha_composite(_veil(level, ImageChops.multiply(wave, free), by))
    outside = ImageChops.invert(_masks((path, transform) for _, path, _, transform in parts))
    for level, away, blur, by in (
        (0, -1, BLURS[0], 0.5 * strength[0]),
        (255, 1, BLURS[0], 0.7 * strength[1]),
        (0, 0, BLURS[2], 0.3 * strength[0]),
    ):
        moved = ImageChops.offset(outside, *(round(away * part / SHRINK) for part in LIGHT))
        found.alpha_composite(_veil(level, moved.filter(ImageFilter.GaussianBlur(blur / SHRINK)), by))
    for blur, drawings in zip(BLURS, zip(*(part[0] for part in parts), strict=True), strict=True):
        inner = "".join(
            f'<g transform="{part[3]}">{drawing}</g>' for part, drawing in zip(parts, drawings, strict=True)
        )
        found.alpha_composite(_blurred(_drawn(inner, SMALL), blur / SHRINK))
    return found


def _masks(paths: Iterable[tuple[str, str]]) -> Image.Image:
    return _drawn(
        "".join(f'<path d="{path}" transform="{transform}"/>' for path, transform in paths), SMALL
    ).getchannel("A")


def _veil(level: int, alpha: Image.Image, by: float) -> Image.Image:
    return Image.merge("LA", (Image.new("L", SMALL, level), alpha.point(lambda value: int(value * by)))).convert("RGBA")


def _blurred(image: Image.Image, radius: float) -> Image.Image:
    """Blurred with its colours weighted by alpha, or black would seep out of what is clear."""
    return image.convert("RGBa").filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")


@lru_cache(maxsize=16)
def _ripple(seed: int) -> tuple[Image.Image, Image.Image]:
    """Slow waves in the cloth, lit like everything else: how dark and how light they are."""
    svg = (
        '<filter id="r" filterUnits="userSpaceOnUse" x="0" y="0" width="1080" height="1350" color-interpolation-filters="sRGB">'
        f'<feTurbulence type="fractalNoise" baseFrequency=".005 .0034" numOctaves="2" seed="{seed}"/>'
        '<feDiffuseLighting surfaceScale="60" lighting-color="#fff"><feDistantLight azimuth="230" elevation="53"/></feDiffuseLighting></filter>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" filter="url(#r)"/>'
    )
    level = _drawn(svg, SMALL).convert("L").filter(ImageFilter.GaussianBlur(1.2))
    flat = 204  # what the light leaves on a level table
    return level.point(lambda value: max(0, flat - value)), level.point(
        lambda value: min(255, max(0, value - flat) * 4)
    )

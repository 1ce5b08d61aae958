"""From a line of images.csv to a picture: `garment:boxer/front?len=trunk&band=mono`, in the colour of its variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from PIL import Image

from devtools.demo.garments import compose
from devtools.demo.garments.curves import bounds
from devtools.demo.garments.legs import jogger, legging, shorts
from devtools.demo.garments.scene import HEIGHT, WIDTH, Scene
from devtools.demo.garments.tones import Tones
from devtools.demo.garments.tops import bra, jacket, tank, tee
from devtools.demo.garments.underwear import boxer, brief

Params = dict[str, str]
Drawing = Callable[[Tones, str, Params, str], Scene]

GARMENTS: dict[str, Drawing] = {
    "boxer": boxer,
    "bra": bra,
    "brief": brief,
    "jacket": jacket,
    "jogger": jogger,
    "legging": legging,
    "shorts": shorts,
    "tank": tank,
    "tee": tee,
}
# Middle and size of the boxes that garments are fitted into.
ALONE = (WIDTH / 2, HEIGHT / 2 - 10, WIDTH * 0.8, HEIGHT * 0.8)
# How far the pieces of a set lie from where each is drawn, so that the upper one covers a corner of the lower.
ASIDE = {"bottom": (300.0, 560.0), "top": (0.0, 0.0)}
PACKS: dict[int, list[tuple[float, float, float, float]]] = {
    3: [(330, 330, 500, 430), (750, 640, 500, 430), (330, 990, 500, 430)],
    5: [(300, 270, 420, 350), (780, 420, 420, 350), (300, 670, 420, 350), (780, 860, 420, 350), (300, 1080, 420, 350)],
}


def draw(source: str, colour: str, colours: Mapping[str, str]) -> Image.Image:
    """`colour` is a hex; `colours` gives the hexes of the names that a pack lists. Raises KeyError for no such garment."""
    parts = urlsplit(source)
    kind, _, view = parts.path.partition("/")
    params = dict(parse_qsl(parts.query))
    if kind == "pack":
        return _pack(params, [colours[name] for name in params["colours"].split(",")])
    if kind == "set":
        return _set(colour, view, params)
    scene = GARMENTS[kind](Tones(colour), view, params, "a")
    return compose.picture([[(scene, scene.fit(*ALONE))]])


def _set(colour: str, view: str, params: Params) -> Image.Image:
    """The lower piece first; the upper one lies over its edge. Both to one scale, in the middle together."""
    scenes = {part: GARMENTS[params[part]](Tones(colour), view, _of(part, params), part[0]) for part in ASIDE}
    left, top, right, bottom = zip(*(_box(scene, ASIDE[part]) for part, scene in scenes.items()), strict=True)
    x, y, width, height = ALONE
    scale = min(width / (max(right) - min(left)), height / (max(bottom) - min(top)))
    dx = x - (min(left) + max(right)) / 2 * scale
    dy = y - (min(top) + max(bottom)) / 2 * scale
    places = {
        part: f"translate({dx + aside[0] * scale:.1f} {dy + aside[1] * scale:.1f})" for part, aside in ASIDE.items()
    }
    return compose.picture([[(scene, f"{places[part]} scale({scale:.3f})")] for part, scene in scenes.items()])


def _box(scene: Scene, aside: tuple[float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = bounds(scene.outline)
    return left + aside[0], top + aside[1], right + aside[0], bottom + aside[1]


def _pack(params: Params, hexes: list[str]) -> Image.Image:
    pieces = []
    for number, (hex_, box) in enumerate(zip(hexes, PACKS[len(hexes)], strict=True)):
        scene = GARMENTS[params["of"]](Tones(hex_), "front", _of("of", params), f"p{number}")
        pieces.append([(scene, scene.fit(*box))])
    return compose.picture(pieces)


def _of(part: str, params: Params) -> Params:
    return {name.removeprefix(f"{part}."): value for name, value in params.items() if name.startswith(f"{part}.")}

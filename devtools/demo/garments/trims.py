"""What is sewn on: waistbands, bindings, ribbed hems, drawcords, zips."""

from __future__ import annotations

from dataclasses import dataclass

from devtools.demo.garments.curves import MIDDLE, Curve, shape, smooth
from devtools.demo.garments.marks import monogram, word
from devtools.demo.garments.scene import Scene
from devtools.demo.garments.tones import CLAY, INK, PAPER, Tones


@dataclass(frozen=True)
class Arc:
    """A symmetrical line across the garment that hangs `sag` in the middle."""

    half: float
    y: float
    sag: float

    def height_at(self, x: float) -> float:
        return self.y + self.sag * (1 - ((x - MIDDLE) / self.half) ** 2)

    def turn_at(self, x: float) -> float:
        """Degrees of the slope."""
        return -2 * self.sag * (x - MIDDLE) / self.half**2 * 57.3

    @property
    def curve(self) -> Curve:
        xs = [MIDDLE - self.half + self.half * i / 4 for i in range(9)]
        return smooth(*((x, self.height_at(x)) for x in xs))


def band(
    scene: Scene, top: Arc, bottom: Arc, style: str = "plain", tone: str = "self", back: float = 0, front: bool = True
) -> None:
    """An elastic waistband between two arcs. `back` is how far its far side stands above the near one."""
    cloth = _band_tones(scene, style, tone)
    outline = shape(top.curve, bottom.curve.reversed())
    if back and front:
        _inside(scene, top, back, cloth)
    fill = scene.gradient(
        [(0, cloth.shade), (0.3, cloth.lit), (0.6, cloth.base), (1, cloth.step(-0.12))],
        (MIDDLE - top.half, 0),
        (MIDDLE + top.half, 0),
    )
    scene.outline.append(outline)
    scene.held.append(outline)
    scene.trims.append(
        f'<path d="{outline.d(close=True)}" fill="{fill}" stroke="{cloth.edge}" stroke-width="2" stroke-opacity=".6"/>'
    )
    scene.trims.append(_elastic(top, bottom, cloth))
    _decorate(scene, top, bottom, style, cloth, front)
    for arc, aside in ((top, 5), (bottom, -6)):
        scene.trims.append(
            f'<path d="{arc.curve.moved(0, aside).d()}" fill="none" stroke="{cloth.seam}" stroke-width="1.6" stroke-opacity=".5"/>'
        )
    scene.shade_below(bottom.curve.moved(3, 8), 22, 0.8)


def _band_tones(scene: Scene, style: str, tone: str) -> Tones:
    own = scene.tones
    if tone == "paper":
        return Tones(PAPER)
    if tone == "clay":
        return Tones(CLAY)
    if style == "stripe":
        return Tones(PAPER if own.lightness < 0.85 else INK)
    return Tones(own.hex)


def _inside(scene: Scene, top: Arc, back: float, cloth: Tones) -> None:
    """The far side of the waist, seen from within, with the shop's label."""
    far = Arc(top.half, top.y, top.sag - back)
    outline = shape(far.curve, top.curve.reversed())
    scene.outline.append(outline)
    fill = scene.gradient(
        [(0, cloth.step(-0.2)), (0.5, cloth.inside), (1, cloth.step(-0.24))],
        (MIDDLE - top.half, 0),
        (MIDDLE + top.half, 0),
    )
    scene.trims.append(
        f'<path d="{outline.d(close=True)}" fill="{fill}" stroke="{cloth.edge}" stroke-width="2" stroke-opacity=".6"/>'
    )
    label = far.height_at(MIDDLE) + 9
    deep = max(back - 20, 10)
    scene.trims.append(
        f'<rect x="{MIDDLE - 30}" y="{label:.0f}" width="60" height="{deep:.0f}" rx="2" fill="{PAPER}" fill-opacity=".9"/>'
        + monogram(MIDDLE, label + deep / 2, deep * 0.66, INK)
    )


def _elastic(top: Arc, bottom: Arc, cloth: Tones) -> str:
    """The fine upright ribs of woven elastic."""
    count = int(top.half / 4.5)
    lines = []
    for i in range(1, count):
        at = -1 + 2 * i / count
        x0, x1 = MIDDLE + top.half * at, MIDDLE + bottom.half * at
        lines.append(f"M{x0:.1f} {top.height_at(x0):.1f}L{x1:.1f} {bottom.height_at(x1):.1f}")
    return f'<path d="{"".join(lines)}" stroke="{cloth.step(-0.12)}" stroke-width="1.5" stroke-opacity=".3"/>'


def _decorate(scene: Scene, top: Arc, bottom: Arc, style: str, cloth: Tones, front: bool) -> None:
    def middle(x: float, share: float = 0.5) -> float:
        return top.height_at(x) * (1 - share) + bottom.height_at(x) * share

    deep = bottom.height_at(MIDDLE) - top.height_at(MIDDLE)
    if style == "mono":
        scene.trims.append(monogram(MIDDLE, middle(MIDDLE), deep * 0.66, cloth.mark))
        for share in (0.2, 0.8):
            rule = Arc(top.half, 0, 0)
            for begin, end in ((-rule.half, -deep * 0.62), (deep * 0.62, rule.half)):
                xs = [MIDDLE + begin + (end - begin) * i / 4 for i in range(5)]
                line = smooth(*((x, middle(x, share)) for x in xs))
                scene.trims.append(
                    f'<path d="{line.d()}" fill="none" stroke="{cloth.mark}" stroke-width="2.4" stroke-opacity=".75"/>'
                )
    elif style == "word":
        step = deep * 3.05
        count = int((top.half - deep * 1.2) // step)
        for i in range(-count, count + 1):
            x = MIDDLE + i * step
            scene.trims.append(
                word(x, middle(x), deep * 0.36, cloth.mark, turn=top.turn_at(x), weight=2.3, opacity=0.94)
            )
    elif style == "stripe":
        for share, width in ((0.3, 0.16), (0.56, 0.16)):
            xs = [MIDDLE - top.half + top.half * i / 4 for i in range(9)]
            line = smooth(*((x, middle(x, share)) for x in xs))
            colour = scene.tones.base if scene.tones.lightness < 0.85 else CLAY
            scene.trims.append(
                f'<path d="{line.d()}" fill="none" stroke="{colour}" stroke-width="{deep * width:.1f}"/>'
            )
        if front:
            x = MIDDLE + top.half * 0.62
            scene.trims.append(monogram(x, middle(x, 0.8), deep * 0.26, cloth.mark, top.turn_at(x)))
    elif style == "plain" and front:
        x = MIDDLE - top.half * 0.72
        scene.trims.append(monogram(x, middle(x), deep * 0.4, cloth.mark, top.turn_at(x), 0.85))


def binding(scene: Scene, edge: Curve, width: float, tones: Tones | None = None) -> None:
    """A folded strip over a raw edge: `edge` is the outer line, the strip lies to its right."""
    cloth = tones or scene.tones
    strip = shape(edge, edge.beside(width).reversed())
    scene.trims.append(
        f'<path d="{strip.d(close=True)}" fill="{cloth.step(0.02)}" stroke="{cloth.edge}" stroke-width="1.6" stroke-opacity=".5"/>'
        f'<path d="{edge.beside(width * 0.3).d()}" fill="none" stroke="{cloth.step(0.1)}" stroke-width="{width * 0.22:.1f}" stroke-opacity=".4"/>'
    )
    scene.stitch(edge.beside(width * 0.72), gap="5 4")
    scene.shade_below(edge.beside(width + 4), 12, 0.5)


def rib(scene: Scene, upper: Curve, lower: Curve, count: int) -> None:
    """Ribbed knit between two lines that run the same way: cuffs, hems, collars."""
    cloth = scene.tones
    strip = shape(upper, lower.reversed())
    a, b = upper.start, upper.end
    fill = scene.gradient([(0, cloth.shade), (0.35, cloth.lit), (1, cloth.step(-0.12))], a, b)
    scene.outline.append(strip)
    scene.held.append(strip)
    scene.trims.append(
        f'<path d="{strip.d(close=True)}" fill="{fill}" stroke="{cloth.edge}" stroke-width="2" stroke-opacity=".55"/>'
    )
    pairs = list(zip(upper.sample(count), lower.sample(count), strict=True))
    lines = "".join(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" for (x0, y0), (x1, y1) in pairs[1:-1])
    lips = "".join(f"M{x0 + 3:.1f} {y0:.1f}L{x1 + 3:.1f} {y1:.1f}" for (x0, y0), (x1, y1) in pairs[1:-1])
    scene.trims.append(
        f'<path d="{lines}" stroke="{cloth.seam}" stroke-width="2.4" stroke-opacity=".5"/>'
        f'<path d="{lips}" stroke="{cloth.step(0.1)}" stroke-width="2" stroke-opacity=".35"/>'
    )
    scene.seam(upper, 2.2)


def scallops(scene: Scene, edge: Curve, count: int, size: float) -> None:
    """Lace: a row of arcs with a hole in each."""
    cloth = scene.tones
    for x, y in edge.sample(count):
        scene.outline.append(smooth((x - size, y), (x, y - size), (x + size, y), (x, y + size), (x - size, y)))
        scene.trims.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{cloth.step(0.03)}" stroke="{cloth.edge}" stroke-width="1.6" stroke-opacity=".55"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.34:.1f}" fill="{cloth.step(-0.16)}"/>'
        )


def drawcord(scene: Scene, y: float, length: float = 120) -> None:
    """Two cords out of their eyelets, with knotted ends."""
    cord = Tones(PAPER) if scene.tones.lightness < 0.8 else Tones("#6B6257")
    for side, extra in ((-1, 0), (1, 18)):
        x = MIDDLE + side * 17
        path = smooth(
            (x, y),
            (x + side * 13, y + length * 0.4),
            (x + side * 7, y + length * 0.75),
            (x + side * 15, y + length + extra),
        )
        end = path.end
        scene.trims.append(
            f'<circle cx="{x}" cy="{y}" r="7.5" fill="{scene.tones.seam}"/><circle cx="{x}" cy="{y}" r="3.6" fill="{cord.edge}"/>'
            f'<path d="{path.d()}" transform="translate(4 5)" fill="none" stroke="#000" stroke-opacity=".2" stroke-width="9" stroke-linecap="round"/>'
            f'<path d="{path.d()}" fill="none" stroke="{cord.seam}" stroke-width="9" stroke-linecap="round"/>'
            f'<path d="{path.d()}" fill="none" stroke="{cord.base}" stroke-width="6.5" stroke-linecap="round"/>'
            f'<path d="{path.d()}" fill="none" stroke="{cord.shade}" stroke-width="6" stroke-dasharray="2 5"/>'
            f'<rect x="{end[0] - 5:.0f}" y="{end[1] - 4:.0f}" width="10" height="20" rx="4" fill="{cord.edge}"/>'
        )


def zipper(scene: Scene, top: float, bottom: float, pull: float) -> None:
    """Closed from `bottom` to `pull`; its teeth in two columns and a slider."""
    tape, metal = scene.tones.step(-0.1), "#B9B4AA"
    scene.trims.append(
        f'<rect x="{MIDDLE - 13}" y="{top:.0f}" width="26" height="{bottom - top:.0f}" fill="{tape}"/>'
        f'<path d="M{MIDDLE - 13} {top:.0f}V{bottom:.0f}M{MIDDLE + 13} {top:.0f}V{bottom:.0f}" stroke="{scene.tones.seam}" stroke-width="2"/>'
        f'<path d="M{MIDDLE - 2.5} {top:.0f}V{bottom:.0f}" stroke="{metal}" stroke-width="6" stroke-dasharray="4 4"/>'
        f'<path d="M{MIDDLE + 2.5} {top + 4:.0f}V{bottom:.0f}" stroke="#8F897D" stroke-width="6" stroke-dasharray="4 4"/>'
        f'<rect x="{MIDDLE - 10}" y="{pull:.0f}" width="20" height="24" rx="5" fill="#8F897D"/>'
        f'<rect x="{MIDDLE - 6}" y="{pull + 18:.0f}" width="12" height="40" rx="5" fill="{metal}" stroke="#7B7569" stroke-width="1.5"/>'
        f'<rect x="{MIDDLE - 2}" y="{pull + 38:.0f}" width="4" height="12" rx="2" fill="#7B7569"/>'
    )
    for side in (-1, 1):
        scene.stitch(smooth((MIDDLE + side * 21, top + 4), (MIDDLE + side * 21, bottom - 4)))

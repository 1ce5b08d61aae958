"""A garment on the table: what is crisp (panels, seams, trims) and what is soft (folds, shade, light), as two drawings.

compose.py lays them over each other, with the shadow on the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devtools.demo.garments.curves import Curve, bounds
from devtools.demo.garments.fabric import texture
from devtools.demo.garments.tones import Tones

WIDTH, HEIGHT = 1080, 1350
# The light: from the upper left, in every picture.
LIGHT = (11, 13)


@dataclass
class Scene:
    """Drawn in the order panels, grain of the cloth, trims, soft. `uid` keeps the ids of several scenes apart."""

    tones: Tones
    cloth: str = "jersey"
    uid: str = "a"
    seed: int = 3
    wrinkle: float = 1.0
    outline: list[Curve] = field(default_factory=list)
    defs: list[str] = field(default_factory=list)
    held: list[Curve] = field(default_factory=list)
    grained: list[str] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    medium: list[str] = field(default_factory=list)
    fine: list[str] = field(default_factory=list)
    trims: list[str] = field(default_factory=list)

    # -- panels

    def panel(self, curve: Curve, fill: str = "", *, silhouette: bool = True) -> None:
        """A piece of cloth, closed. The silhouette pieces cast the shadow and bound the shading."""
        if silhouette:
            self.outline.append(curve)
            self.grained.append(curve.d(close=True))
        edge = f'stroke="{self.tones.edge}" stroke-width="2" stroke-opacity=".55" stroke-linejoin="round"'
        self.panels.append(f'<path d="{curve.d(close=True)}" fill="{fill or self.body_fill()}" {edge}/>')

    def body_fill(self) -> str:
        tones = self.tones
        return self.gradient([(0, tones.lit), (0.45, tones.base), (1, tones.shade)], (200, 150), (880, 1200))

    def gradient(self, stops: list[tuple[float, str]], a: tuple[float, float], b: tuple[float, float]) -> str:
        name = f"{self.uid}g{len(self.defs)}"
        marks = "".join(f'<stop offset="{at}" stop-color="{colour}"/>' for at, colour in stops)
        self.defs.append(
            f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{a[0]:.0f}" y1="{a[1]:.0f}" '
            f'x2="{b[0]:.0f}" y2="{b[1]:.0f}">{marks}</linearGradient>'
        )
        return f"url(#{name})"

    # -- soft: black and white only, the cloth's own colour shines through

    def fold(
        self, a: tuple[float, float], b: tuple[float, float], bend: float = 0, width: float = 16, strength: float = 0.5
    ) -> None:
        """A crease from `a` to `b`: a dark leaf, and a light one on the side of the light."""
        self.medium.append(_leaf(a, b, bend, width, "#000", 0.42 * strength * self.tones.depth))
        self.medium.append(_leaf(a, b, bend, width * 0.8, "#fff", 0.9 * strength * self.tones.gloss, -width * 0.75))

    def crease(
        self, a: tuple[float, float], b: tuple[float, float], bend: float = 0, width: float = 7, strength: float = 0.5
    ) -> None:
        self.fine.append(_leaf(a, b, bend, width, "#000", 0.5 * strength * self.tones.depth))
        self.fine.append(_leaf(a, b, bend, width * 0.7, "#fff", 0.8 * strength * self.tones.gloss, -width * 0.8))

    def glow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.5, turn: float = 0) -> None:
        """Cloth that bulges towards the light."""
        self._ellipse(x, y, rx, ry, "#fff", strength * self.tones.gloss, turn)

    def hollow(self, x: float, y: float, rx: float, ry: float, strength: float = 0.5, turn: float = 0) -> None:
        self._ellipse(x, y, rx, ry, "#000", strength * 0.6 * self.tones.depth, turn)

    def _ellipse(self, x: float, y: float, rx: float, ry: float, colour: str, opacity: float, turn: float) -> None:
        self.wide.append(
            f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{rx:.0f}" ry="{ry:.0f}" fill="{colour}" '
            f'fill-opacity="{opacity:.3f}" transform="rotate({turn} {x:.0f} {y:.0f})"/>'
        )

    def shade_below(self, curve: Curve, width: float = 26, strength: float = 0.5) -> None:
        """The shadow that a band or a seam throws on the cloth along it."""
        self.medium.append(
            f'<path d="{curve.d()}" fill="none" stroke="#000" stroke-width="{width}" '
            f'stroke-opacity="{0.5 * strength * self.tones.depth:.3f}"/>'
        )

    # -- crisp

    def seam(self, curve: Curve, width: float = 2.6) -> None:
        """A sewn line: a furrow with its lit lip."""
        d = curve.d()
        self.trims.append(
            f'<path d="{d}" fill="none" stroke="{self.tones.seam}" stroke-width="{width}" stroke-opacity=".8" stroke-linecap="round"/>'
            f'<path d="{d}" transform="translate(-2 -1.6)" fill="none" stroke="{self.tones.step(0.1)}" stroke-width="1.4" stroke-opacity=".45"/>'
        )

    def stitch(self, curve: Curve, colour: str = "", gap: str = "7 4.5") -> None:
        self.trims.append(
            f'<path d="{curve.d()}" fill="none" stroke="{colour or self.tones.thread}" stroke-width="2" '
            f'stroke-dasharray="{gap}" stroke-linecap="round" stroke-opacity=".75"/>'
        )

    def double_stitch(self, curve: Curve, first: float, apart: float = 9) -> None:
        self.stitch(curve.beside(first))
        self.stitch(curve.beside(first + apart))

    # -- the two drawings

    @property
    def path(self) -> str:
        return " ".join(curve.d(close=True) for curve in self.outline)

    def crisp(self) -> str:
        pattern, grain = texture(self.cloth, self.tones, f"{self.uid}t")
        body = " ".join(self.grained)
        return (
            f"<defs>{pattern}{''.join(self.defs)}</defs>{''.join(self.panels)}"
            f'<path d="{body}" fill="{grain}"/>{"".join(self.trims)}'
        )

    def soft(self) -> tuple[str, str, str]:
        """Three drawings in black and white, to be blurred much, less and little."""
        return "".join(self.wide), "".join(self.medium), "".join(self.fine)

    @property
    def still(self) -> str:
        """Where the cloth is held and does not ripple."""
        return " ".join(curve.d(close=True) for curve in self.held)

    @property
    def ripple(self) -> tuple[float, float]:
        """How strongly the waves of the cloth show: as shade, as shine."""
        return 0.17 * self.wrinkle * self.tones.depth, 0.14 * self.wrinkle * self.tones.gloss

    def fit(self, x: float, y: float, width: float, height: float) -> str:
        """The transform that puts the outline in the middle of a box, as large as it goes."""
        left, top, right, bottom = bounds(self.outline)
        scale = min(width / (right - left), height / (bottom - top))
        dx, dy = x - (left + right) / 2 * scale, y - (top + bottom) / 2 * scale
        return f"translate({dx:.1f} {dy:.1f}) scale({scale:.3f})"


def _leaf(
    a: tuple[float, float],
    b: tuple[float, float],
    bend: float,
    width: float,
    colour: str,
    opacity: float,
    aside: float = 0,
) -> str:
    """Two arcs between `a` and `b`, `width` apart in the middle, bent by `bend`, moved `aside` towards the light."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    nx, ny = -dy / length, dx / length
    if nx * LIGHT[0] + ny * LIGHT[1] < 0:  # the normal points away from the light
        nx, ny, bend = -nx, -ny, -bend
    (ax, ay), (bx, by) = ((x + nx * aside, y + ny * aside) for x, y in (a, b))
    mx, my = (ax + bx) / 2, (ay + by) / 2
    one, two = 2 * bend + width, 2 * bend - width
    return (
        f'<path d="M{ax:.0f} {ay:.0f}Q{mx + nx * one:.0f} {my + ny * one:.0f} {bx:.0f} {by:.0f}'
        f'Q{mx + nx * two:.0f} {my + ny * two:.0f} {ax:.0f} {ay:.0f}Z" fill="{colour}" fill-opacity="{min(opacity, 1):.3f}"/>'
    )

"""The tones of one cloth colour in one light. Computed in OKLab, so that equal steps look equal on every hue."""

from dataclasses import dataclass
from functools import cached_property

TILE = "#F1ECE2"  # the background of every picture
PAPER = "#F6F2E8"
INK = "#1E1E1E"
CLAY = "#9A3B1F"
SHADOW = "#2A1D10"
# Cloth is never as black as #000 nor as white as #FFF: there must be room for the folds.
DARKEST, LIGHTEST = 0.225, 0.968


@dataclass(frozen=True)
class Tones:
    hex: str

    @cached_property
    def lab(self) -> tuple[float, float, float]:
        lightness, a, b = _to_oklab(self.hex)
        return min((lightness**4 + DARKEST**4) ** 0.25, LIGHTEST), a * 0.92, b * 0.92

    @property
    def lightness(self) -> float:
        return self.lab[0]

    def step(self, change: float, chroma: float = 1.0) -> str:
        """The cloth, lighter or darker."""
        lightness, a, b = self.lab
        return _from_oklab(min(max(lightness + change, 0.08), 0.99), a * chroma, b * chroma)

    @property
    def base(self) -> str:
        return self.step(0)

    @property
    def lit(self) -> str:
        return self.step(0.05 if self.lightness > 0.4 else 0.065)

    @property
    def shade(self) -> str:
        return self.step(-0.06 if self.lightness > 0.8 else -0.085)

    @property
    def inside(self) -> str:
        """The wrong side of the cloth, seen through a neck or a waist."""
        return self.step(-0.13 if self.lightness > 0.4 else -0.075, 0.9)

    @property
    def seam(self) -> str:
        return self.step(-0.2 if self.lightness > 0.45 else -0.12)

    @property
    def thread(self) -> str:
        """Stitches: a little off the cloth, on whichever side there is room."""
        return self.step(0.13) if self.lightness < 0.62 else self.step(-0.16)

    @property
    def edge(self) -> str:
        return self.step(-0.3 if self.lightness > 0.7 else -0.2)

    @property
    def depth(self) -> float:
        """How strongly shadows are laid on: white shows the faintest, black needs light instead."""
        return 0.62 if self.lightness > 0.85 else 0.85 if self.lightness > 0.4 else 1.0

    @property
    def gloss(self) -> float:
        return 0.75 if self.lightness > 0.85 else 0.36 if self.lightness > 0.4 else 0.27

    @property
    def mark(self) -> str:
        """A print or a monogram that can be read on the cloth."""
        return PAPER if self.lightness < 0.66 else INK


def _to_oklab(colour: str) -> tuple[float, float, float]:
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    l_ = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    m_ = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s_ = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_,
        1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_,
        0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_,
    )


def _from_oklab(lightness: float, a: float, b: float) -> str:
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    return "#" + "".join(f"{round(_gamma(min(max(c, 0.0), 1.0)) * 255):02X}" for c in channels)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055

"""The grain of the cloth, as a small tile that is repeated over a garment."""

from random import Random

from devtools.demo.garments.tones import Tones


def texture(cloth: str, tones: Tones, name: str) -> tuple[str, str]:
    """The definition of the pattern and the fill that uses it ("" for none)."""
    dark, light = tones.step(-0.11), tones.step(0.1)
    width, height, inner = {
        "jersey": (6, 5, _lines("M1 0L3 3L5 0", dark, 0.9, 0.3)),
        "modal": (5, 4, _lines("M1 0L2.5 2L4 0", light, 0.8, 0.26)),
        "rib": (
            13,
            40,
            f'<rect width="5" height="40" fill="{dark}" fill-opacity=".5"/><rect x="7" width="3" height="40" fill="{light}" fill-opacity=".4"/>',
        ),
        "mesh": (
            9,
            9,
            f'<circle cx="2.5" cy="2.5" r="1.5" fill="{dark}" fill-opacity=".6"/><circle cx="7" cy="7" r="1.5" fill="{dark}" fill-opacity=".6"/>',
        ),
        "sculpt": (5, 5, _lines("M0 5L5 0", light, 0.7, 0.2)),
        "soft": (7, 7, _lines("M0 3.5H7", light, 1.0, 0.12)),
        "woven": (11, 11, _lines("M0 .5H11M.5 0V11", dark, 1.0, 0.22)),
        "fleece": (90, 90, _specks(dark, light)),
    }[cloth]
    pattern = f'<pattern id="{name}" width="{width}" height="{height}" patternUnits="userSpaceOnUse">{inner}</pattern>'
    return pattern, f"url(#{name})"


def _lines(d: str, colour: str, width: float, opacity: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-opacity="{opacity}"/>'


def _specks(dark: str, light: str) -> str:
    """Heather: short threads of either tone, the same on every machine."""
    random = Random(7)
    found = []
    for colour in (dark, light):
        threads = "".join(
            f"M{random.randrange(90)} {random.randrange(90)}l{random.randrange(-3, 4)} {random.randrange(3, 8)}"
            for _ in range(75)
        )
        found.append(_lines(threads, colour, 1.1, 0.22))
    return "".join(found)

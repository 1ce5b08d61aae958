"""The shop's signs, as paths: the PC monogram, and PRECHI in wide capitals."""

MONOGRAM = (
    "M10.4 6h17.8C38.6 6 44.6 11.5 44.6 20s-6 14-16.4 14h-6.6v22.4h5.6V58H9.8v-1.6h5.6V7.6h-5zM21.6 7.6v24.8h5.6c7 0 10.6-4.4 "
    "10.6-12.4S34.2 7.6 27.2 7.6z",
    "M56 26h-1.3C52 19.7 48.4 17.1 43.6 17.1c-8 0-12.6 7.8-12.6 20.6s4.6 20.7 12.8 20.7c5.2 0 9-3 11.8-9.4l1.3.5C54.3 56.8 49.5 60 "
    "43.2 60 31.6 60 24.4 50.9 24.4 37.8S31.8 15.5 43 15.5c4.4 0 7.5 1.4 9.8 3.7l1.8-3H56z",
)
# Letters of one stroke on a field 14 high, with their widths.
LETTERS = {
    "P": ("M0 14V0H4.6a4 4 0 0 1 0 8H0", 9),
    "R": ("M0 14V0H4.6a4 4 0 0 1 0 8H0M4.6 8L9 14", 9),
    "E": ("M8 0H0V14H8M0 7H7", 8),
    "C": ("M10 2.6A6.4 7 0 1 0 10 11.4", 11),
    "H": ("M0 0V14M9 0V14M0 7H9", 9),
    "I": ("M0 0V14", 0.1),
    "A": ("M0 14L5 0L10 14M1.8 9.4H8.2", 10),
    "B": ("M0 0V14H5a3.6 3.6 0 0 0 0-7.4H0M0 6.6H4.4a3.3 3.3 0 0 0 0-6.6H0", 9),
    "D": ("M0 0V14H3.6a6.6 7 0 0 0 0-14Z", 10.5),
}
TRACKING = 7.5


def monogram(x: float, y: float, height: float, colour: str, turn: float = 0, opacity: float = 1) -> str:
    """Centred on (x, y)."""
    scale = height / 54
    paths = "".join(f'<path d="{d}"/>' for d in MONOGRAM)
    return (
        f'<g fill="{colour}" fill-opacity="{opacity}" fill-rule="evenodd" transform="translate({x:.1f} {y:.1f}) '
        f'rotate({turn:.2f}) scale({scale:.3f}) translate(-33 -33)">{paths}</g>'
    )


def word(
    x: float,
    y: float,
    height: float,
    colour: str,
    *,
    text: str = "PRECHI",
    turn: float = 0,
    weight: float = 1.9,
    opacity: float = 1,
) -> str:
    """Centred on (x, y)."""
    length = sum(LETTERS[letter][1] + TRACKING for letter in text) - TRACKING
    at, paths = 0.0, []
    for letter in text:
        d, width = LETTERS[letter]
        paths.append(f'<path d="{d}" transform="translate({at:.1f} 0)"/>')
        at += width + TRACKING
    return (
        f'<g fill="none" stroke="{colour}" stroke-opacity="{opacity}" stroke-width="{weight}" transform="translate({x:.1f} {y:.1f}) '
        f'rotate({turn:.2f}) scale({height / 14:.3f}) translate({-length / 2:.1f} -7)">{"".join(paths)}</g>'
    )

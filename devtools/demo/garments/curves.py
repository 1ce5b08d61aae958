"""Curves that a pattern cutter would draw: a few points joined smoothly, mirrored about the middle of the canvas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

Point = tuple[float, float]
MIDDLE = 540.0


@dataclass(frozen=True)
class Curve:
    """Cubic Béziers end to end: a start, then two handles and an end for each."""

    points: tuple[Point, ...]

    def __add__(self, other: Curve) -> Curve:
        """Go on with `other`; a gap is closed by a straight line."""
        if self.points[-1] == other.points[0]:
            return Curve(self.points + other.points[1:])
        return Curve(self.points + line(self.points[-1], other.points[0]).points[1:] + other.points[1:])

    @property
    def start(self) -> Point:
        return self.points[0]

    @property
    def end(self) -> Point:
        return self.points[-1]

    def mirrored(self) -> Curve:
        return Curve(tuple((2 * MIDDLE - x, y) for x, y in self.points))

    def reversed(self) -> Curve:
        return Curve(self.points[::-1])

    def moved(self, dx: float, dy: float) -> Curve:
        return Curve(tuple((x + dx, y + dy) for x, y in self.points))

    def at(self, t: float) -> Point:
        count = (len(self.points) - 1) // 3
        piece = min(int(t * count), count - 1)
        u = t * count - piece
        a, b, c, d = self.points[piece * 3 : piece * 3 + 4]
        weights = ((1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3)
        return (
            sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
            sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
        )

    def sample(self, count: int) -> list[Point]:
        return [self.at(i / (count - 1)) for i in range(count)]

    def beside(self, distance: float, count: int = 14) -> Curve:
        """A parallel, to the right of the direction of drawing (to the left when negative)."""
        found = []
        for i in range(count):
            t = i / (count - 1)
            (x0, y0), (x1, y1) = self.at(max(t - 0.01, 0)), self.at(min(t + 0.01, 1))
            length = hypot(x1 - x0, y1 - y0) or 1.0
            x, y = self.at(t)
            found.append((x - (y1 - y0) / length * distance, y + (x1 - x0) / length * distance))
        return smooth(*found)

    def part(self, begin: float, end: float, count: int = 8) -> Curve:
        return smooth(*(self.at(begin + (end - begin) * i / (count - 1)) for i in range(count)))

    def d(self, *, close: bool = False) -> str:
        numbers = [f"{x:.1f} {y:.1f}" for x, y in self.points]
        return f"M{numbers[0]}C{' '.join(numbers[1:])}{'Z' if close else ''}"


def line(a: Point, b: Point) -> Curve:
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return Curve((a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b))


def smooth(*points: Point) -> Curve:
    """Through all points, without a corner (Catmull-Rom with handles of a third of the shorter neighbour)."""
    if len(points) == 2:
        return line(*points)
    found: list[Point] = [points[0]]
    for i in range(len(points) - 1):
        before, a, b, after = points[max(i - 1, 0)], points[i], points[i + 1], points[min(i + 2, len(points) - 1)]
        reach = hypot(b[0] - a[0], b[1] - a[1])
        found += [_handle(before, a, b, reach), _handle(after, b, a, reach), b]
    return Curve(tuple(found))


def _handle(behind: Point, corner: Point, ahead: Point, reach: float) -> Point:
    dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
    length = hypot(dx, dy) or 1.0
    return (corner[0] + dx / length * reach / 3, corner[1] + dy / length * reach / 3)


def whole(left: Curve) -> Curve:
    """The left half, drawn from top to bottom, and its mirror image as one outline."""
    return left + left.mirrored().reversed()


def shape(*curves: Curve) -> Curve:
    found = curves[0]
    for curve in curves[1:]:
        found += curve
    return found


def bounds(curves: Iterable[Curve]) -> tuple[float, float, float, float]:
    points = [point for curve in curves for point in curve.sample(60)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)

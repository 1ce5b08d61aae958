"""Size guides: what each size measures, without gaps, in centimetres and in the inches computed of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch

from catalog.models import SizeGuide, SizeGuideRow
from catalog.models.size_guides import CM_MAX, CM_MIN, MEASURES
from core.errors import ShopError

CM_PER_INCH = 2.54


@dataclass(frozen=True, slots=True)
class Measured:
    """One size, as it is about to be saved: from, below; None for what is not measured."""

    size: str
    ranges: dict[str, tuple[int | None, int | None]]


class NotWhole(ShopError):
    """A guide with a gap. `field` is the size, `details["measure"]` which of its measures."""

    code = "size_guide"

    def __init__(self, message: str, size: str, measure: str) -> None:
        super().__init__(message, field=size, details={"measure": measure})


def check(rows: Sequence[Measured]) -> None:
    """Raises NotWhole, naming the row, unless every size begins where the one before it ends. Small sizes first."""
    met = set()
    for row in rows:
        if row.size in met:
            raise NotWhole(f"{row.size} stands there twice. Keep one of the two.", row.size, "size")
        met.add(row.size)
        for measure in MEASURES:
            _check_range(row, measure)
        if not _measured(row):
            raise NotWhole(f"{row.size} measures nothing. Write its chest, waist or hips.", row.size, "waist")
    for before, row in pairwise(rows):
        for measure in MEASURES:
            _check_step(before, row, measure)


def _check_range(row: Measured, measure: str) -> None:
    start, end = row.ranges[measure]
    if start is None and end is None:
        return
    if start is None or end is None:
        raise NotWhole(f"{row.size}: the {measure} needs both ends, or none.", row.size, measure)
    if start >= end:
        raise NotWhole(
            f"{row.size}: the {measure} goes from {start} to {end} cm. Write the smaller first.", row.size, measure
        )
    if start < CM_MIN or end > CM_MAX:
        raise NotWhole(
            f"{row.size}: {start} to {end} cm is no {measure} of a person. Write {CM_MIN} to {CM_MAX} cm.",
            row.size,
            measure,
        )


def _check_step(before: Measured, row: Measured, measure: str) -> None:
    end, start = before.ranges[measure][1], row.ranges[measure][0]
    if end == start:
        return
    if end is None or start is None:
        without = before.size if end is None else row.size
        raise NotWhole(
            f"{without} has no {measure}, but other sizes have. Write it, or take it out of all.", row.size, measure
        )
    what = f"{end} to {start} cm belong to no size" if start > end else f"{start} to {end} cm belong to both"
    raise NotWhole(
        f"{row.size}: its {measure} begins at {start} cm, but {before.size} ends at {end}: {what}.", row.size, measure
    )


def _measured(row: Measured) -> list[str]:
    return [measure for measure in MEASURES if row.ranges[measure][0] is not None]


def tables() -> list[dict[str, Any]]:
    """Every guide, for the page of all. Two queries."""
    guides = SizeGuide.objects.prefetch_related(Prefetch("rows", SizeGuideRow.objects.order_by("position", "pk")))
    return [_table(guide, [_plain(row) for row in guide.rows.all()]) for guide in guides]


def of_rows(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The guide of one product, from its rows as the database made them JSON (`columns`); None without any."""
    if not rows:
        return None
    guide = SizeGuide(slug=rows[0]["guide"], name=rows[0]["name"], note=rows[0]["note"])
    return _table(guide, rows)


def columns() -> dict[str, str]:
    """What `of_rows` wants to know of a row."""
    ends = {f"{measure}_{end}": f"{measure}_{end}" for measure in MEASURES for end in ("from", "to")}
    return {"size": "size", "guide": "guide__slug", "name": "guide__name", "note": "guide__note", **ends}


def inches(centimetres: int) -> str:
    return f"{centimetres / CM_PER_INCH:.1f}"


def _plain(row: SizeGuideRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("size", *columns()) if name not in ("guide", "name", "note")}


def _table(guide: SizeGuide, rows: list[dict[str, Any]]) -> dict[str, Any]:
    measured = [measure for measure in MEASURES if any(row[f"{measure}_from"] is not None for row in rows)]
    return {
        "slug": guide.slug,
        "name": guide.name,
        "note": guide.note,
        "url": guide.get_absolute_url(),
        "measures": measured,
        "rows": [{"size": row["size"], **{measure: _range(row, measure) for measure in MEASURES}} for row in rows],
    }


def _range(row: dict[str, Any], measure: str) -> dict[str, list[Any]] | None:
    start, end = row[f"{measure}_from"], row[f"{measure}_to"]
    return None if start is None else {"cm": [start, end], "inches": [inches(start), inches(end)]}

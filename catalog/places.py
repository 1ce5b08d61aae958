"""Pages that begin where another ended: as fast at the end of a long list as at its beginning."""

import base64
from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

from catalog.currencies import NAIRA, Prices
from catalog.models import ListingRow

RELEVANCE = "relevance"
SORTS = {
    RELEVANCE: ("Best match", ""),
    "new": ("Newest", "by_newest"),
    "price": ("Price, low to high", "by_price"),
    "-price": ("Price, high to low", "by_price_down"),
    "best": ("Best selling", "by_sales"),
}

# In dollars the order is that of what is shown: fixed prices among converted ones.
IN_DOLLARS = {"by_price": "by_usd", "by_price_down": "by_usd_down"}


def column_of(sort: str, prices: Prices) -> str:
    column = SORTS[sort][1]
    return column if prices.naira is None else IN_DOLLARS.get(column, column)


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind the row with these values in the order of `sort`, or before it when `back`."""

    sort: str
    sold_out: bool
    value: int
    product: int
    back: bool = False

    def __str__(self) -> str:
        parts = (self.sort, int(self.sold_out), self.value, self.product, int(self.back))
        return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what was not written by us."""
        try:
            plain = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), b"-_", validate=True).decode("ascii")
            sort, *numbers = plain.split(":")
            sold_out, value, product, back = (int(number) for number in numbers)
        except ValueError:  # not base64, not text, not numbers, not four of them
            return None
        known = sort in SORTS and sort != RELEVANCE and {sold_out, back} <= {0, 1} and len(text) <= 90
        if not known or max(abs(value), abs(product)) >= 2**62:
            return None
        return cls(sort, bool(sold_out), value, product, bool(back))


def in_order(rows: QuerySet[ListingRow], sort: str, prices: Prices = NAIRA) -> QuerySet[ListingRow]:
    """What can be bought comes first."""
    return rows.order_by("sold_out", column_of(sort, prices), "product_id")


def beside(rows: QuerySet[ListingRow], place: Place, size: int, prices: Prices = NAIRA) -> list[ListingRow]:
    """The page of ordered rows behind (or before) a place, and one row more, put last, where there is another page."""
    column = column_of(place.sort, prices)
    here = _row(F("sold_out"), F(column), F("product_id"))
    there = _row(Value(place.sold_out), Value(place.value), Value(place.product))
    if not place.back:
        return list(rows.filter(GreaterThan(here, there))[: size + 1])
    before = list(rows.filter(LessThan(here, there)).reverse()[: size + 1])
    return [*before[:size][::-1], *before[size:]]


def _row(*columns: F | Value) -> Func:
    """Compared as a whole, as the index is sorted. The type of a row is nobody's business, but Django asks for one."""
    return Func(*columns, function="ROW", output_field=BooleanField())


def ends(
    rows: list[ListingRow], sort: str, size: int, place: Place | None, prices: Prices = NAIRA
) -> tuple[Place | None, Place | None]:
    """Where the next page begins, and where the page before ends."""
    page, more = rows[:size], len(rows) > size
    if not page:
        return None, None
    column = column_of(sort, prices)

    def at(row: ListingRow, *, back: bool) -> Place:
        return Place(sort, row.sold_out, getattr(row, column), row.pk, back)

    going_back = place is not None and place.back
    after = at(page[-1], back=False) if more or going_back else None
    before = at(page[0], back=True) if place and (more or not going_back) else None
    return after, before

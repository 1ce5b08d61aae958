"""What a shopper asked for, and the listing rows that answer it."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from catalog import search
from catalog.currencies import NAIRA, Prices
from catalog.models import Category, ListingRow
from core.money import SUBUNITS

QUERY_MAX = 100
# How an address says that a filter is on.
ON = "1"


@dataclass(frozen=True)
class Filters:
    """Empty means all; several values of one kind mean any of them.

    `min_price` and `max_price` are kobo. `shown_from` and `shown_to` are of what is shown in another currency than
    naira, in its subunit. `prices` filters nothing: the answer shows its prices so.
    """

    query: str = ""
    category: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    shown_from: int | None = None
    shown_to: int | None = None
    in_stock: bool = False
    new: bool = False
    prices: Prices = NAIRA

    @classmethod
    def read(cls, data: QueryDict, prices: Prices = NAIRA) -> "Filters":
        """From the address of a page, where prices are whole naira, or dollars where these are shown. What cannot be
        read is left out."""

        def several(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(value for value in data.getlist(name)[:20] if value and "\0" not in value))

        def subunits(name: str) -> int | None:
            value = data.get(name, "")
            is_whole = value.isascii() and value.isdigit() and len(value) < 10
            return int(value) * SUBUNITS if is_whole else None

        least, most = subunits("min_price"), subunits("max_price")
        in_naira = prices.naira is None
        return cls(
            query=" ".join(data.get("q", "").replace("\0", "").split())[:QUERY_MAX],
            category=several("category"),
            colour=several("colour"),
            size=several("size"),
            gender=several("gender"),
            min_price=least if in_naira else None,
            max_price=most if in_naira else None,
            shown_from=None if in_naira else least,
            shown_to=None if in_naira else most,
            in_stock=data.get("in_stock") == ON,
            new=data.get("new") == ON,
            prices=prices,
        )

    @property
    def any(self) -> bool:
        """Whether anything but words is asked for."""
        return replace(self, query="", prices=NAIRA) != Filters()

    @property
    def is_of_sizes(self) -> bool:
        """Whether something is asked that one size of a product has to answer alone."""
        return bool(self.colour or self.size or self.in_stock)

    def but(self, kind: str) -> "Filters":
        """The same without what was chosen of `kind`: what its facet counts."""
        nothing: dict[str, Any] = {kind: ()}
        return replace(self, **nothing)


def rows_of(filters: Filters, words: search.Words | None = None, scope: Category | None = None) -> QuerySet[ListingRow]:
    """The rows within `scope` (children included) that answer every filter, in no order.

    `words` are the filters' query, read; None where they have none.

    Colour, size and stock are asked of one size together: "black, M, in stock" is one thing that can be bought. A price
    range is asked of the product: any of its prices may lie within.
    """
    rows = ListingRow.objects.all()
    if scope:
        rows = rows.filter(category=scope) if scope.parent_id else rows.filter(department=scope)
    if filters.category:
        rows = rows.filter(tags__overlap=[f"@{slug}" for slug in filters.category])
    if filters.is_of_sizes:
        rows = rows.filter(tags__overlap=tags_of(filters))
    if filters.gender:
        rows = rows.filter(gender__in=filters.gender)
    if filters.new:
        rows = rows.filter(is_new=True)
    if filters.min_price is not None:
        rows = rows.filter(highest_kobo__gte=filters.min_price)
    if filters.max_price is not None:
        rows = rows.filter(lowest_kobo__lte=filters.max_price)
    rows = _shown_within(rows, filters)
    return rows.filter(search=words.query) if words else rows


def _shown_within(rows: QuerySet[ListingRow], filters: Filters) -> QuerySet[ListingRow]:
    """By fixed prices where staff wrote some, else by the rate: as they stand on the page."""
    least, most = filters.shown_from, filters.shown_to
    if least is not None:
        dear = Q(highest_cents=None, highest_kobo__gt=filters.prices.shown_as_less(least))
        rows = rows.filter(Q(highest_cents__gte=least) | dear)
    if most is not None:
        cheap = Q(lowest_cents=None, lowest_kobo__lte=filters.prices.shown_as_no_more(most))
        rows = rows.filter(Q(lowest_cents__lte=most) | cheap)
    return rows


def tags_of(filters: Filters) -> list[str]:
    """The tags (see ListingRow) of which a row must bear one."""
    stock = "+" if filters.in_stock else ""
    pairs = product(filters.colour or ("",), filters.size or ("",))
    return [f"{stock}{colour}|{size}" for colour, size in pairs]

"""The three kinds of sheet: which columns each has, and how it is compared with the catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.models import SheetImport
from catalog.sheets import columns, counts, prices, products
from catalog.sheets.plans import Plan
from catalog.sheets.tables import Table


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: str
    about: str
    columns: Sequence[columns.Column]
    plan: Callable[[Table], Plan]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            SheetImport.Kind.PRODUCTS.value,
            "Products",
            "One row for each product, colour and size: makes new ones, and changes all that is told of known ones.",
            columns.PRODUCTS,
            products.plan,
        ),
        Kind(
            SheetImport.Kind.PRICES.value,
            "Prices",
            "One row for each size: what its product costs, and what the size costs where that is something else.",
            columns.PRICES,
            prices.plan,
        ),
        Kind(
            SheetImport.Kind.STOCK.value,
            "Stock",
            "One row for each size: how many pieces were counted, and from how many on it counts as low.",
            columns.STOCK,
            counts.plan,
        ),
    )
}

"""What a sheet would change: each difference before it is made, counted, and known again by its fingerprint."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Any, TypeVar

import orjson

from catalog.sheets import cells
from catalog.sheets.tables import Errors, Row, Table
from core.money import Money

T = TypeVar("T")

# Singular and plural of what a preview counts, in the order in which it says them.
GROUPS = {
    "product": ("new product", "new products"),
    "size": ("new size", "new sizes"),
    "price": ("price", "prices"),
    "count": ("stock count", "stock counts"),
    "detail": ("other detail", "other details"),
}
# From which change of a price on somebody should look twice, in per cent.
STRIKING = 50
WARNINGS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that would be different. `what` is the SKU or, of the whole product, its slug."""

    line: int
    group: str
    product: str
    what: str
    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.column} {self.before or 'blank'} → {self.after or 'blank'}"


@dataclass(slots=True)
class NewSize:
    slug: str
    colour_id: int
    size_id: int
    sku: str
    values: dict[str, Any]
    on_hand: int


@dataclass(slots=True)
class Writes:
    """What the differences come to: ids and columns of the database."""

    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    sizes: dict[int, dict[str, Any]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    new_products: dict[str, dict[str, Any]] = field(default_factory=dict)
    # SKUs of new colours, by the product's slug and the colour's id.
    new_variants: dict[tuple[str, int], str] = field(default_factory=dict)
    new_sizes: list[NewSize] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """With errors nothing else of it counts, and nothing is applied."""

    errors: Errors = field(default_factory=Errors)
    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    more_warnings: int = 0
    writes: Writes = field(default_factory=Writes)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(change.group for change in self.changes)
        return {group: found[group] for group in GROUPS if found[group]}

    @property
    def summary(self) -> str:
        """Such as "2 new products, 1 price"; empty where nothing would change."""
        return ", ".join(f"{number:,} {GROUPS[group][number > 1]}" for group, number in self.counts.items())

    @property
    def fingerprint(self) -> str:
        """Says whether two plans make the same differences, whatever happened in between."""
        whole = orjson.dumps([astuple(change) for change in self.changes])
        return hashlib.blake2b(whole, digest_size=16).hexdigest()

    def in_order(self) -> "Plan":
        """Told in the order of the sheet's lines."""
        self.errors.shown.sort(key=lambda error: error.line)
        self.changes.sort(key=lambda change: change.line)
        return self

    def read(self, row: Row, column: str, reader: Callable[..., T], *args: Any) -> T | None:
        """What a cell says; None where it is blank, not there or wrong, which is then told."""
        text = row.cells.get(column)
        if not text:
            return None
        try:
            return reader(text, *args)
        except cells.Wrong as wrong:
            self.errors.add(row.line, column, str(wrong))
            return None

    def warn(self, text: str) -> None:
        if len(self.warnings) < WARNINGS_SHOWN:
            self.warnings.append(text)
        else:
            self.more_warnings += 1

    def warn_of_price(self, line: int, what: str, before: Money, after: Money) -> None:
        """Of a price that is another by half or more: mostly a digit too many or too few."""
        percent = (after.amount - before.amount) * 100 / before.amount
        if abs(percent) > STRIKING:
            self.warn(f"line {line}: {what} goes from {before} to {after} ({percent:+.0f} %).")


def begin(table: Table) -> Plan:
    """With what is wrong before anything is compared."""
    return Plan(Errors(list(table.errors.shown), table.errors.more))


class Once:
    """Says of a key that stands in the sheet before, where."""

    def __init__(self) -> None:
        self.lines: dict[Any, int] = {}

    def seen(self, key: Any, line: int) -> int | None:
        """The line of the first, or None for the first itself."""
        first = self.lines.setdefault(key, line)
        return None if first == line else first


class OfProduct:
    """Cells that describe a product: on one of its rows, or alike on several."""

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        self.said: dict[str, dict[str, tuple[int, str, Any]]] = {}

    def say(self, slug: str, row: Row, column: str, shown: str, value: Any) -> None:
        """`shown` is the cell as an export would write it, `value` what the database keeps of it."""
        line, first, _ = self.said.setdefault(slug, {}).setdefault(column, (row.line, shown, value))
        if first != shown:
            self.errors.add(
                row.line, column, f"differs from line {line}, which says {first[:60]!r} of the same product"
            )


def pack(changes: list[Change]) -> bytes:
    """What was changed, to be looked at later."""
    return zlib.compress(orjson.dumps([astuple(change) for change in changes]))


def unpack(packed: bytes) -> list[Change]:
    return [Change(*each) for each in orjson.loads(zlib.decompress(packed))]

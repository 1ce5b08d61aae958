"""The only writer of `on_hand` and `reserved`, and of the ledger behind them.

Every function here runs in the caller's transaction and locks the sizes it touches in the order of their primary key,
late and once: callers hold the locks of bag, payment and order already (see "lock order" in ARCHITECTURE.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from catalog import cache, freshness, tasks
from catalog.models import StockMovement, VariantSize
from core.errors import Conflict, NotFound, ShopError
from core.prepared import Given, IsOneOf, Prepared, run
from core.queue import nudge
from core.transactions import in_transaction

Reason = StockMovement.Reason


_LOCKED = Prepared(
    lambda: (
        VariantSize.objects.filter(IsOneOf("pk", Given("sizes")))
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
)
RESERVE = """
UPDATE catalog_variantsize size SET reserved = reserved + wanted.pieces
FROM unnest(%s::bigint[], %s::integer[]) AS wanted (id, pieces)
WHERE size.id = wanted.id AND active AND on_hand - reserved >= wanted.pieces
"""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A size that cannot be had in the quantity asked for."""

    sku: str
    name: str
    wanted: int
    available: int

    def __str__(self) -> str:
        if self.available == 0:
            return f"{self.name} is sold out."
        return f"Only {self.available} of {self.name} left; you asked for {self.wanted}."


class OutOfStock(Conflict):
    code = "out_of_stock"

    def __init__(self, shortages: list[Shortage], advice: str = "Change your bag and try again.") -> None:
        self.shortages = shortages
        super().__init__(
            " ".join([*(str(shortage) for shortage in shortages), advice]),
            field="bag",
            details={
                "shortages": [
                    {"sku": shortage.sku, "wanted": shortage.wanted, "available": shortage.available}
                    for shortage in shortages
                ]
            },
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """Pieces that leave the shelf for one order line."""

    variant_size_id: int
    quantity: int
    line_id: int


@dataclass(frozen=True, slots=True)
class Instead:
    """Pieces that leave the shelf for others that come back with the line of a return."""

    variant_size_id: int
    quantity: int
    return_line_id: int


@dataclass(frozen=True, slots=True)
class Back:
    """Sold pieces that come back, and what brings them: an order line that was cancelled, or the line of a return."""

    variant_size_id: int
    quantity: int
    source_type: str
    source_id: int


def shortages(wanted: Mapping[int, int], sizes: Iterable[VariantSize]) -> list[Shortage]:
    """What of `wanted` (size id to quantity) the rows cannot cover. Needs variant, product, colour and size."""
    return [
        Shortage(row.sku, name_of(row), wanted[row.pk], row.available)
        for row in sizes
        if row.pk in wanted and row.available < wanted[row.pk]
    ]


def name_of(row: VariantSize) -> str:
    return f"{row.variant.product.name} in {row.variant.colour.name}, {row.size.name}"


def reserve(wanted: Mapping[int, int]) -> None:
    """Promises pieces: size id to quantity. All or nothing; raises OutOfStock naming each size that falls short.

    Two locks on the same door on purpose: rows are locked before they are read, and the update itself only touches
    rows that still have enough. A CHECK on the table is the third.
    """
    rows = _lock(wanted)
    if any(row.available < wanted[row.pk] for row in rows) or _guarded_reserve(wanted) != len(wanted):
        raise OutOfStock(shortages(wanted, _described(wanted)))


def release(kept: Mapping[int, int]) -> None:
    """Takes promises back: size id to quantity."""
    rows = _lock(kept)
    VariantSize.objects.filter(pk__in=kept).update(reserved=F("reserved") - _amount(kept))
    _tell_who_waits(rows, kept)


def sell(sales: list[Sale]) -> None:
    """Promised pieces leave the shelf for good: one movement for each order line, which the ledger takes once."""
    taken = _sum(sales)
    _lock(taken)
    VariantSize.objects.filter(pk__in=taken).update(
        on_hand=F("on_hand") - _amount(taken), reserved=F("reserved") - _amount(taken)
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            variant_size_id=sale.variant_size_id,
            change=-sale.quantity,
            reason=Reason.SOLD,
            source_type="order_line",
            source_id=sale.line_id,
        )
        for sale in sales
    )


def put_back(pieces: list[Back]) -> None:
    """Sold pieces are on the shelf again: one movement for each source, which the ledger takes once."""
    more = _sum(pieces)
    rows = _lock(more)
    VariantSize.objects.filter(pk__in=more).update(on_hand=F("on_hand") + _amount(more))
    StockMovement.objects.bulk_create(_movement(piece, piece.quantity, Reason.RETURN) for piece in pieces)
    _tell_who_waits(rows, more)


def swap(back: list[Back], instead: list[Instead], write_off: Iterable[int] = ()) -> None:
    """Pieces come back and others leave for them, all in one: size ids are locked together, once.

    What comes back with a source of `write_off` (its id) is damaged, and leaves the shelf at once. Raises OutOfStock
    where what should leave is not there to be sold; nothing has changed then.
    """
    more, less = _sum(back), _sum(instead)
    rows = {row.pk: row for row in _lock({**more, **less})}
    written_off = _sum(piece for piece in back if piece.source_id in set(write_off))
    gain = {pk: more.get(pk, 0) - written_off.get(pk, 0) for pk in more}
    if short := [pk for pk, count in less.items() if rows[pk].available + gain.get(pk, 0) < count]:
        wanted = {pk: less[pk] for pk in short}
        raise OutOfStock(shortages(wanted, _described(wanted)))
    change = {pk: gain.get(pk, 0) - less.get(pk, 0) for pk in rows}
    VariantSize.objects.filter(pk__in=change).update(on_hand=F("on_hand") + _amount(change))
    StockMovement.objects.bulk_create(
        [
            *(_movement(piece, piece.quantity, Reason.RETURN) for piece in back),
            *(_movement(piece, -piece.quantity, Reason.DAMAGED) for piece in back if piece.source_id in set(write_off)),
            *(
                StockMovement(
                    variant_size_id=piece.variant_size_id,
                    change=-piece.quantity,
                    reason=Reason.SOLD,
                    source_type="return_line",
                    source_id=piece.return_line_id,
                )
                for piece in instead
            ),
        ]
    )
    _tell_who_waits(rows.values(), change)


def _movement(piece: Back, change: int, reason: str) -> StockMovement:
    return StockMovement(
        variant_size_id=piece.variant_size_id,
        change=change,
        reason=reason,
        source_type=piece.source_type,
        source_id=piece.source_id,
    )


@in_transaction
def adjust(
    variant_size_id: int, change: int, reason: str, *, actor_id: int | None = None, note: str = ""
) -> VariantSize:
    """Staff add or take pieces, with a reason, never below what is reserved.

    Raises ShopError naming the field, NotFound for no such size.
    """
    if change == 0 or abs(change) > 1_000_000:
        raise ShopError("Write how many pieces to add or take, such as 5 or -2.", field="change")
    if reason not in Reason.values or reason == Reason.SOLD:
        raise ShopError("Choose a reason from the list; sales are written by orders alone.", field="reason")
    rows = _lock({variant_size_id: 0})
    if not rows:
        raise NotFound("There is no such size. It may have been deleted meanwhile.", field="variant_size")
    row = rows[0]
    if row.on_hand + change < row.reserved:
        raise ShopError(
            f"{row.sku} has {row.on_hand} on hand, {row.reserved} of them kept for unpaid orders, so at most "
            f"{row.on_hand - row.reserved} can be taken. Wait until those orders are paid or expire.",
            code="reserved",
            field="change",
        )
    _tell_who_waits([row], {row.pk: change})
    _write(row, change, reason, actor_id=actor_id, note=note)
    return row


def set_counts(counts: Mapping[int, int], reason: str, *, actor_id: int | None = None, note: str = "") -> int:
    """Sets `on_hand` of many sizes at once (size id to count), as movements. Returns how many changed.

    Runs in the caller's transaction. Raises ShopError, changing nothing, where a count is below what is reserved.
    """
    rows = _lock(counts)
    for row in rows:
        if counts[row.pk] < row.reserved:
            raise ShopError(
                f"{row.sku}: {counts[row.pk]} is below the {row.reserved} kept for unpaid orders. Count again later.",
                code="reserved",
                field="on_hand",
            )
    changes = {row.pk: counts[row.pk] - row.on_hand for row in rows if counts[row.pk] != row.on_hand}
    VariantSize.objects.filter(pk__in=changes).update(on_hand=F("on_hand") + _amount(changes))
    StockMovement.objects.bulk_create(
        StockMovement(variant_size_id=pk, change=change, reason=reason, actor_id=actor_id, note=note)
        for pk, change in changes.items()
    )
    _tell_who_waits(rows, changes)
    return len(changes)


def _tell_who_waits(rows: Iterable[VariantSize], more: Mapping[int, int]) -> None:
    """Hurries the mails of alerts when pieces come to a size, as it was locked, that had none to sell."""
    if any(row.on_hand <= row.reserved and more.get(row.pk, 0) > 0 for row in rows):
        nudge(tasks.send_alerts)


def _lock(sizes: Mapping[int, int]) -> list[VariantSize]:
    """Locks the rows in primary key order, so that two orders of the same sizes queue up instead of deadlocking.

    Whoever locks them is about to change them, so pages are looked at again after the commit.
    """
    rows = _LOCKED.all(sizes=list(sizes))
    cache.look_again()
    freshness.soon()
    return rows


def _described(sizes: Mapping[int, int]) -> "QuerySet[VariantSize]":
    return (
        VariantSize.objects.filter(pk__in=sizes)
        .select_related("variant__product", "variant__colour", "size")
        .order_by("pk")
    )


def _guarded_reserve(wanted: Mapping[int, int]) -> int:
    return run(RESERVE, [list(wanted), list(wanted.values())])


def _amount(by_size: Mapping[int, int]) -> Case:
    """Each row's own amount, so that one statement serves all rows."""
    cases = [When(pk=pk, then=Value(amount)) for pk, amount in by_size.items()]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def _sum(pieces: Iterable[Sale | Back | Instead]) -> dict[int, int]:
    by_size: dict[int, int] = {}
    for piece in pieces:
        by_size[piece.variant_size_id] = by_size.get(piece.variant_size_id, 0) + piece.quantity
    return by_size


def _write(row: VariantSize, change: int, reason: str, *, actor_id: int | None, note: str) -> None:
    VariantSize.objects.filter(pk=row.pk).update(on_hand=F("on_hand") + change)
    StockMovement.objects.create(variant_size=row, change=change, reason=reason, actor_id=actor_id, note=note)
    row.on_hand += change

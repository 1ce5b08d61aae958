"""For whom stock is kept. Counts are catalog.stock's; the rows here say whose they are, and both change together."""

from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import F, Sum
from django.db.models.functions import Now

from catalog import stock
from catalog.models import StockMovement
from core.prepared import write
from orders.models import Order, OrderLine, Reservation, ReturnLine

State = Reservation.State
REST = "rest_of_line"
NOT_SENT = "not_sent"
NOT_EXCHANGED = "Nothing was exchanged. Choose another size for this return, or money instead, and receive it then."


def reserve(order: Order, wanted: Mapping[int, int]) -> None:
    """Keeps every piece of the order (size id to quantity), or none. The order is locked by the caller, or new.

    Locks the sizes. Raises stock.OutOfStock.
    """
    stock.reserve(wanted)
    write([Reservation(order=order, variant_size_id=size, quantity=quantity) for size, quantity in wanted.items()])


def release(order: Order) -> None:
    """Gives back what is still kept for the order; harmless twice. The order is locked by the caller."""
    if kept := _close(order, State.RELEASED):
        stock.release(kept)


def consume(order: Order) -> None:
    """What was kept is sold: it leaves the shelf, a movement for each line. The order is locked by the caller."""
    if _close(order, State.CONSUMED):
        stock.sell(
            [
                stock.Sale(line.goes_out_id, line.quantity, line.pk)
                for line in _lines_of(order)
                if line.variant_size_id is not None
            ]
        )


def put_back(source_type: str, pieces: Mapping[int, tuple[OrderLine, int]], *, write_off: bool = False) -> None:
    """Sold pieces are on sale again before they left, or written off.

    `pieces` are the id of what brings them, with order line and quantity. Once for each source. The order is locked by
    the caller.
    """
    for line, quantity in pieces.values():
        OrderLine.objects.filter(pk=line.pk).update(taken_back=F("taken_back") + quantity)
    back = [
        stock.Back(line.goes_out_id, quantity, source_type, source)
        for source, (line, quantity) in pieces.items()
        if line.variant_size_id is not None and quantity > 0
    ]
    if write_off:
        stock.swap(back, [], [piece.source_id for piece in back])
    else:
        stock.put_back(back)


def stayed_here(order: Order) -> dict[int, int]:
    """Pieces of its lines (id) that were put back as the rest, when the others had left."""
    put_back = StockMovement.objects.filter(source_type=REST, reason=StockMovement.Reason.RETURN)
    rows = put_back.filter(source_id__in=order.lines.values("pk")).values_list("source_id", "change")
    return {line: count for line, count in rows if line is not None}


def put_back_all(order: Order, back_before: Mapping[int, int]) -> None:
    """All that was sold with the order, less what came back before (line id to quantity). The order is locked."""
    lines = {line.pk: (line, line.quantity - back_before.get(line.pk, 0)) for line in _lines_of(order)}
    put_back("order_line", lines)


def come_back(order: Order) -> None:
    """All that was sent with the order, and nobody took, is on the shelf again. Once; the order is locked."""
    stock.put_back(
        [
            stock.Back(line.goes_out_id, line.quantity - line.taken_back, "order_line", line.pk)
            for line in _lines_of(order)
            if line.variant_size_id is not None and line.taken_back < line.quantity
        ]
    )


def take_return(lines: list[ReturnLine]) -> None:
    """What comes back with a return is on the shelf again, or written off; what is wanted instead leaves it.

    All in one, or nothing: raises stock.OutOfStock, in words for staff. The order is locked by the caller.
    """
    back = [
        stock.Back(line.comes_back_id, line.quantity, "return_line", line.pk)
        for line in lines
        if line.order_line.variant_size_id is not None
    ]
    instead = [stock.Instead(line.exchange_to_id, line.quantity, line.pk) for line in lines if line.exchange_to_id]
    damaged = [line.pk for line in lines if line.condition == ReturnLine.Condition.DAMAGED]
    try:
        stock.swap(back, instead, damaged)
    except stock.OutOfStock as gone:
        raise stock.OutOfStock(gone.shortages, NOT_EXCHANGED) from gone


def take_unsent(lines: Collection[ReturnLine]) -> None:
    """The other size that was taken for these lines, and stays here, is on sale again or written off. Once; the order
    is locked by the caller."""
    back = [stock.Back(line.stayed_id, line.quantity, NOT_SENT, line.pk) for line in lines if line.stayed_id]
    stock.swap(back, [], [line.pk for line in lines if line.stayed_as == ReturnLine.Condition.DAMAGED])


def pieces_of(order: Order) -> Counter[int]:
    """What its lines come to: size id to quantity, bundles taken apart."""
    pieces: Counter[int] = Counter()
    for line in _lines_of(order):
        if line.variant_size_id is not None:
            pieces[line.goes_out_id] += line.quantity
    return pieces


def _close(order: Order, state: str) -> dict[int, int]:
    open_rows = Reservation.objects.filter(order=order, state=State.OPEN)
    kept = dict(open_rows.values_list("variant_size").annotate(pieces=Sum("quantity")).order_by("variant_size"))
    open_rows.update(state=state, closed_at=Now())
    return kept


def _lines_of(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).exclude(kind=OrderLine.Kind.BUNDLE).order_by("pk"))

"""What may come back, and until when. Pages, forms and the workflow all ask here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan

from catalog.models import Category
from orders.models import Order, OrderLine, Origin, Return, ReturnLine
from orders.progress import arrived

# A faulty or a wrong piece comes back whatever the category: that is the law, not a courtesy.
ALWAYS = (Return.Reason.FAULTY, Return.Reason.WRONG)
# Nothing came back with these.
STAYED_AWAY = (Return.State.REFUSED, Return.State.LOST)


@dataclass(frozen=True, slots=True)
class Piece(Origin):
    """Pieces that the customer has: a line's as they were first sent, or what an exchange gave for them (`came_by`).

    So many are `left` that may come back: neither back nor on the way, nor kept for nothing. What is kept for nothing
    is of a line and not of a size, so that in all no more of the line come back than it has `room`.
    """

    order_line: OrderLine
    came_by: ReturnLine | None
    left: int
    room: int
    is_final_sale: bool
    is_in_time: bool


def pieces_of(order: Order, *, without: Return | None = None) -> list[Piece]:
    """What an order sold, piece by piece, a bundle's parts in its place, and what was sent in exchange. Three queries.

    `without` a return it is as if that one did not exist. The database's clock says what is in time.
    """
    back: Counter[tuple[int, int | None]] = Counter()
    given: dict[int, list[ReturnLine]] = defaultdict(list)
    for row in _returned(order, without):
        back[row.order_line_id, row.came_by_id] += row.quantity
        if row.is_with_customer:
            given[row.order_line_id].append(row)
    final = set(final_sale().values_list("pk", flat=True))
    pieces: list[Piece] = []
    for line in _sold(order):
        held: list[tuple[ReturnLine | None, int]] = [(None, line.quantity - line.taken_back - back[line.pk, None])]
        held += [(row, row.quantity - back[line.pk, row.pk]) for row in given[line.pk]]
        room = max(0, sum(count for _, count in held) - line.refunded_kept)
        for came_by, count in held:
            is_in_time = (came_by or line).is_in_time  # type: ignore[union-attr]  # annotated below
            pieces.append(Piece(line, came_by, min(count, room), room, _category(line) in final, is_in_time))
    return pieces


def too_many(pieces: Iterable[Piece], wanted: Mapping[str, int]) -> str:
    """The key in `wanted` (key of a piece to quantity) of which not so many are left; empty where all may come back."""
    known = {piece.key: piece for piece in pieces}
    of_line: Counter[int] = Counter()
    for key, quantity in wanted.items():
        piece = known.get(key)
        if piece is None or not 0 < quantity <= piece.left:
            return key
        of_line[piece.order_line.pk] += quantity
        if of_line[piece.order_line.pk] > piece.room:
            return key
    return ""


def note_kept(order: Order, pieces: Mapping[int, int]) -> None:
    """So many pieces of its lines (id) are the customer's for nothing: their money goes back, and they do not.

    They bring no money a second time. The order is locked by the caller, payments, which knows of all its refunds.
    """
    for line in order.lines.exclude(refunded_kept=0) | order.lines.filter(pk__in=pieces):
        OrderLine.objects.filter(pk=line.pk).update(refunded_kept=pieces.get(line.pk, 0))


def under_way(order: Order) -> Return | None:
    """The one return that is asked for or on its way: there is no other beside it."""
    return Return.objects.filter(order=order, state__in=[Return.State.REQUESTED, Return.State.APPROVED]).first()


def may_be_asked(order: Order) -> bool:
    """Whether a page offers to send something back. Four queries at most, none before it is delivered."""
    return order.status == Order.Status.DELIVERED and is_anything_left(order) and under_way(order) is None


def money_of(order: Order) -> str:
    """What a return of it may promise: "all" that was paid for its pieces, the "rest" of it, or "none"."""
    if order.total_subunit == 0 or order.payment_status == Order.PaymentStatus.REFUNDED:
        return "none"
    return "all" if order.payment_status == Order.PaymentStatus.PAID else "rest"


def may_come_back_again(found: Return) -> bool:
    """Whether some piece that this exchange gave may be sent back in its turn. Three queries; none before it left."""
    pieces = pieces_of(found.order) if found.sent_at else []
    return any(piece.left > 0 for piece in pieces if piece.came_by and piece.came_by.parcel_id == found.pk)


def is_anything_left(order: Order) -> bool:
    """Whether some piece of it has neither come back nor is on the way. Three queries."""
    return any(piece.left > 0 for piece in pieces_of(order))


def _returned(order: Order, without: Return | None) -> "QuerySet[ReturnLine]":
    """What came back or is on its way. What was sent in exchange for it has its time from when it should be there: of
    that parcel nobody notes when it arrived."""
    rows = ReturnLine.objects.with_pieces().select_related("parcel").filter(order_line__order=order)
    rows = rows.exclude(parcel__state__in=STAYED_AWAY)
    in_time = _in_time(arrived("parcel__sent_at", "parcel__order__"), "parcel__order__")
    return (rows.exclude(parcel=without) if without else rows).annotate(is_in_time=in_time)


def _sold(order: Order) -> "QuerySet[OrderLine]":
    lines = OrderLine.objects.filter(order=order).exclude(kind=OrderLine.Kind.BUNDLE).order_by("pk")
    lines = lines.select_related("variant_size__variant__product", "instead__variant")
    return lines.annotate(is_in_time=_in_time(F("order__delivered_at"), "order__"))


def _in_time(arrived_at: Combinable, order: str) -> ExpressionWrapper:
    """Whether what arrived then may be sent back still, by the database's clock. Of a person who was erased nobody is
    left to send it. `order` leads from the row to its order."""
    of_order = {f"{order}status": Order.Status.DELIVERED, f"{order}erased_at": None}
    is_recent = GreaterThan(arrived_at, Now() - timedelta(days=settings.RETURN_DAYS))
    return ExpressionWrapper(Q(is_recent, **of_order), output_field=BooleanField())


def _category(line: OrderLine) -> int:
    assert line.variant_size is not None  # a CHECK of the table
    return line.variant_size.variant.product.category_id


def final_sale() -> "QuerySet[Category]":
    """Categories whose pieces do not come back for their fit: those marked so, and all below them."""
    return Category.objects.filter(Q(final_sale=True) | Q(parent__final_sale=True))

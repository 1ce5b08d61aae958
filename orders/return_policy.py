"""What may come back, and until when. Pages, forms and the workflow all ask here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Now

from catalog.models import Category
from orders.models import Order, OrderLine, Return, ReturnLine

# A faulty or a wrong piece comes back whatever the category: that is the law, not a courtesy.
ALWAYS = (Return.Reason.FAULTY, Return.Reason.WRONG)
# Nothing came back with these.
STAYED_AWAY = (Return.State.REFUSED, Return.State.LOST)


def is_open(order: Order) -> bool:
    """Whether something of it may be sent back still, by the database's clock. One query.

    Of a person who was erased nobody is left to send it.
    """
    delivered = Order.objects.filter(pk=order.pk, status=Order.Status.DELIVERED, erased_at=None)
    return delivered.filter(delivered_at__gt=Now() - timedelta(days=settings.RETURN_DAYS)).exists()


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of an order, and how many of it may come back: neither back, nor on the way, nor kept for nothing."""

    line: OrderLine
    left: int
    is_final_sale: bool


def pieces_of(order: Order, *, without: Return | None = None) -> list[Piece]:
    """What an order sold, piece by piece, a bundle's parts in its place. Three queries.

    `without` a return it is as if that one did not exist.
    """
    on_the_way = ReturnLine.objects.exclude(parcel__state__in=STAYED_AWAY).filter(order_line__order=order)
    if without:
        on_the_way = on_the_way.exclude(parcel=without)
    gone = dict(on_the_way.values_list("order_line").annotate(pieces=Sum("quantity")).order_by())
    final = set(final_sale().values_list("pk", flat=True))
    lines = OrderLine.objects.filter(order=order).exclude(kind=OrderLine.Kind.BUNDLE)
    return [
        Piece(line, _left(line, gone.get(line.pk, 0)), _category(line) in final)
        for line in lines.select_related("variant_size__variant__product", "instead__variant").order_by("pk")
    ]


def note_kept(order: Order, pieces: Mapping[int, int]) -> None:
    """So many pieces of its lines (id) are the customer's for nothing: their money goes back, and they do not.

    They bring no money a second time. The order is locked by the caller, payments, which knows of all its refunds.
    """
    for line in order.lines.exclude(refunded_kept=0) | order.lines.filter(pk__in=pieces):
        OrderLine.objects.filter(pk=line.pk).update(refunded_kept=pieces.get(line.pk, 0))


def _left(line: OrderLine, gone: int) -> int:
    return max(0, line.quantity - line.taken_back - line.refunded_kept - gone)


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


def is_anything_left(order: Order) -> bool:
    """Whether some piece of it has neither come back nor is on the way. Three queries."""
    return any(piece.left > 0 for piece in pieces_of(order))


def _category(line: OrderLine) -> int:
    assert line.variant_size is not None  # a CHECK of the table
    return line.variant_size.variant.product.category_id


def final_sale() -> "QuerySet[Category]":
    """Categories whose pieces do not come back for their fit: those marked so, and all below them."""
    return Category.objects.filter(Q(final_sale=True) | Q(parent__final_sale=True))

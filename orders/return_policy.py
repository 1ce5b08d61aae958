"""What may come back, and until when. Pages, forms and the workflow all ask here."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Now

from catalog.models import Category
from orders.models import Order, OrderLine, Return, ReturnLine

# A faulty or a wrong piece comes back whatever the category: that is the law, not a courtesy.
ALWAYS = (Return.Reason.FAULTY, Return.Reason.WRONG)
# Nothing came back with these.
STAYED_AWAY = (Return.State.REFUSED, Return.State.LOST)
# Pieces of a line whose money was asked back, as payments wrote it beside the line.
REFUNDED = Coalesce(Sum("refund_lines__quantity", filter=~Q(refund_lines__refund__state="failed")), 0)


def is_open(order: Order) -> bool:
    """Whether something of it may be sent back still, by the database's clock. One query.

    Of a person who was erased nobody is left to send it.
    """
    delivered = Order.objects.filter(pk=order.pk, status=Order.Status.DELIVERED, erased_at=None)
    return delivered.filter(delivered_at__gt=Now() - timedelta(days=settings.RETURN_DAYS)).exists()


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of an order, and how many of it may come back: neither back, nor on the way, nor refunded before."""

    line: OrderLine
    left: int
    is_final_sale: bool


def pieces_of(order: Order) -> list[Piece]:
    """What an order sold, piece by piece, a bundle's parts in its place. Three queries."""
    on_the_way = ReturnLine.objects.exclude(parcel__state__in=STAYED_AWAY).filter(order_line__order=order)
    gone = dict(on_the_way.values_list("order_line").annotate(pieces=Sum("quantity")).order_by())
    final = set(final_sale().values_list("pk", flat=True))
    lines = OrderLine.objects.filter(order=order).exclude(kind=OrderLine.Kind.BUNDLE).annotate(refunded=REFUNDED)
    return [
        Piece(line, _left(line, gone.get(line.pk, 0)), _category(line) in final)
        for line in lines.select_related("variant_size__variant__product", "instead__variant").order_by("pk")
    ]


def _left(line: OrderLine, gone: int) -> int:
    """A piece that was refunded without coming back is the customer's, and brings no money a second time."""
    refunded: int = line.refunded  # type: ignore[attr-defined]
    return min(line.quantity - line.taken_back - gone, line.quantity - refunded)


def money_of(order: Order) -> str:
    """What a return of it may promise: "all" that was paid for its pieces, the "rest" of it, or "none"."""
    if order.total_subunit == 0 or order.payment_status == Order.PaymentStatus.REFUNDED:
        return "none"
    return "rest" if order.payment_status == Order.PaymentStatus.PARTLY_REFUNDED else "all"


def is_anything_left(order: Order) -> bool:
    """Whether some piece of it has neither come back nor is on the way. Three queries."""
    return any(piece.left > 0 for piece in pieces_of(order))


def _category(line: OrderLine) -> int:
    assert line.variant_size is not None  # a CHECK of the table
    return line.variant_size.variant.product.category_id


def final_sale() -> "QuerySet[Category]":
    """Categories whose pieces do not come back for their fit: those marked so, and all below them."""
    return Category.objects.filter(Q(final_sale=True) | Q(parent__final_sale=True))

"""Nothing is packed, sent or exchanged for money that went back, is on its way back, or is owed after a refund failed.

What is said of an order's money is not enough to ask: a refund may be under way for days, and the price of the delivery
stays when all that the pieces cost went back. An exchange that was made before is sent all the same: its other size is
the customer's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest, Least

from core.errors import Conflict
from core.transactions import in_transaction
from orders import lifecycle, parcels, returns
from orders.events import Actor
from orders.models import Order, Return
from payments.models import Dispute, Payment, Refund
from payments.standing import that_paid_pieces, that_paid_the_pieces

WENT_BACK = "All money for the pieces of order {} went back, or is still to go back"


@in_transaction
def pack(order_id: int, actor: Actor) -> Order:
    """orders.lifecycle.pack, which raises NotAllowed also where its money went back. Locks payment, then order."""
    payment = _lock_payment(order_id)
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.PAID and parcels.left_of(order) and _is_for_nothing(order, payment):
        raise _cancel_it(order)
    return lifecycle.pack(order_id, actor)


@in_transaction
def ship(
    order_id: int, actor: Actor, carrier: str, tracking_number: str = "", pieces: Mapping[int, int] | None = None
) -> Order:
    """orders.lifecycle.ship, which raises NotAllowed also where its money went back before any of it left.

    Locks payment, then order, then stock.
    """
    payment = _lock_payment(order_id)
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.PACKED and _is_for_nothing(order, payment) and not order.shipments.exists():
        raise _cancel_it(order)
    return lifecycle.ship(order_id, actor, carrier, tracking_number, pieces)


@in_transaction
def receive(return_id: int, conditions: Mapping[int, str], actor: Actor) -> Return:
    """orders.returns.receive, which raises Conflict also for an exchange whose order's money went back. Locks payment,
    then order, then stock."""
    order_id = Return.objects.filter(pk=return_id).values_list("order", flat=True).first()
    payment = _lock_payment(order_id) if order_id else None
    if payment is None:
        return returns.receive(return_id, conditions, actor)
    found, order = returns.lock(return_id)
    if found.is_to_be_swapped and not _knows_itself(found) and _is_for_nothing(order, payment):
        raise Conflict(
            f"{WENT_BACK.format(order.number)}, so no other size goes out for them. Choose money instead, and receive "
            "it then.",
            code="no_swap",
        )
    return returns.receive(return_id, conditions, actor)


def spent() -> QuerySet[Payment]:
    """Payments for pieces of which no more than the delivery's price is left. Pieces that cost nothing are never so."""
    refund, has_failed = Refund.objects.filter(payment=OuterRef("pk")), Q(state=Refund.State.FAILED)
    asked, owed = refund.filter(~has_failed), refund.filter(has_failed, resolved_at=None)
    lost = Dispute.objects.filter(payment=OuterRef("pk"), state=Dispute.State.LOST)
    price = Least("amount_subunit", Coalesce("captured_subunit", 0))
    left = price - _sum_of(asked) - _sum_of(owed) - _sum_of(lost)
    delivery = F("order__delivery_subunit") - _sum_of(asked, "delivery_subunit")
    paid = that_paid_pieces().filter(order__subtotal_subunit__gt=F("order__discount_subunit"))
    return paid.annotate(left=left).filter(left__lte=Greatest(0, delivery))


def orders_among(orders: Iterable[Order]) -> set[int]:
    """Those (id) of which nothing is to be packed for that. One query."""
    return set(spent().filter(order__in=orders).values_list("order", flat=True))


def _sum_of(rows: QuerySet[Any], column: str = "amount_subunit") -> Coalesce:
    """Of one payment's rows, which OuterRef("pk") has chosen."""
    total = rows.order_by().values("payment").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), 0, output_field=BigIntegerField())


def _lock_payment(order_id: int) -> Payment | None:
    return that_paid_the_pieces(order_id).select_for_update(of=("self",), no_key=True).first()


def _is_for_nothing(order: Order, payment: Payment | None) -> bool:
    return payment is not None and spent().filter(pk=payment.pk, order=order).exists()


def _knows_itself(found: Return) -> bool:
    """Of a parcel that was given up, and then refunded by its lines, orders.returns says what to do."""
    is_refunded = any(line.order_line.refunded_kept for line in found.lines.select_related("order_line"))
    return is_refunded and found.state == Return.State.LOST


def _cancel_it(order: Order) -> lifecycle.NotAllowed:
    return lifecycle.NotAllowed(f"{WENT_BACK.format(order.number)}. Cancel it, or take a new order for its pieces.")

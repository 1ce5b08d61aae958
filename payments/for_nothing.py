"""Nothing is packed, sent or exchanged for money that went back, is on its way back, or is owed after a refund failed.

What is said of an order's money is not enough to ask: a refund may be under way for days, and the price of the delivery
stays when all that the pieces cost went back. An exchange that was made before is sent all the same: its other size is
the customer's.
"""

from collections.abc import Mapping

from django.db.models import Sum

from core.errors import Conflict
from core.transactions import in_transaction
from orders import lifecycle, parcels, returns
from orders.events import Actor
from orders.models import Order, Return
from payments.models import Payment, Refund
from payments.standing import left_of_the_price

WENT_BACK = "All money for the pieces of order {} went back, or is on its way back"


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


def _lock_payment(order_id: int) -> Payment | None:
    """The one that paid for the pieces of an order. What is not paid yet, or cost nothing, has none."""
    payments = Payment.objects.filter(order=order_id, outcome=Payment.Outcome.APPLIED, purpose=Payment.Purpose.ITEMS)
    return payments.select_for_update(of=("self",), no_key=True).first()


def _is_for_nothing(order: Order, payment: Payment | None) -> bool:
    """Whether no more than the delivery's price is left of it. Pieces that cost nothing are not for nothing."""
    if payment is None or order.subtotal_subunit <= order.discount_subunit:
        return False
    refunds = payment.refunds.all()
    owed = refunds.filter(state=Refund.State.FAILED, resolved_at=None)
    delivery_back = _sum(refunds.exclude(state=Refund.State.FAILED), "delivery_subunit")
    delivery_left = max(0, order.delivery_subunit - delivery_back)
    return left_of_the_price(payment) - _sum(owed, "amount_subunit") <= delivery_left


def _knows_itself(found: Return) -> bool:
    """Of a parcel that was given up, and then refunded by its lines, orders.returns says what to do."""
    is_refunded = any(line.order_line.refunded_kept for line in found.lines.select_related("order_line"))
    return is_refunded and found.state == Return.State.LOST


def _cancel_it(order: Order) -> lifecycle.NotAllowed:
    return lifecycle.NotAllowed(f"{WENT_BACK.format(order.number)}. Cancel it, or take a new order for its pieces.")


def _sum(rows: object, column: str) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0  # type: ignore[attr-defined]

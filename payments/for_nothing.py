"""Nothing is packed, sent or exchanged for money that went back, is on its way back, or is owed after a refund failed.

What is said of an order's money is not enough to ask: a refund may be under way for days, and the price of the delivery
stays when all that the pieces cost went back. What was given by amount is taken for that of the pieces first. What cost
nothing is never for nothing, and a bank that has yet to decide stops nothing here: the board and the slip warn. An
exchange that was made before is sent all the same: its other size is the customer's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest, Least

from core.errors import Conflict
from core.transactions import in_transaction
from orders import delivery_quotes, lifecycle, parcels, reservations, returns, taken_out
from orders.events import Actor
from orders.models import DeliveryQuote, Order, Return
from payments.models import Dispute, Payment, Refund
from payments.refund_amounts import worth_of
from payments.standing import count_kept, pieces_not_paid_for, that_paid_pieces

WENT_BACK = "All money for the pieces of order {} went back, or is still to go back"


@in_transaction
def pack(order_id: int, actor: Actor) -> Order:
    """orders.lifecycle.pack, which raises NotAllowed also where its money went back. Locks the order."""
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.PAID and _is_for_nothing(order):
        raise lifecycle.NotAllowed(f"{WENT_BACK.format(order.number)}. Cancel it, or take a new order for its pieces.")
    return lifecycle.pack(order_id, actor)


@in_transaction
def ship(
    order_id: int, actor: Actor, carrier: str, tracking_number: str = "", pieces: Mapping[int, int] | None = None
) -> Order:
    """orders.lifecycle.ship, which raises NotAllowed also where the money of what is left went back. Locks the order,
    then stock."""
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.PACKED and _is_for_nothing(order):
        next_step = "Keep the rest here" if order.shipments.exists() else "Cancel it"
        raise lifecycle.NotAllowed(
            f"{WENT_BACK.format(order.number)}. {next_step}, or take a new order for its pieces."
        )
    return lifecycle.ship(order_id, actor, carrier, tracking_number, pieces)


@in_transaction
def keep_rest(order_id: int, actor: Actor, *, write_off: bool = False) -> Order:
    """Of an order that left in part, and whose money went back: its other pieces stay, on sale again or written off.

    What left before is all that comes. Locks the order, then stock. Harmless twice; raises NotAllowed for any other.
    """
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.SHIPPED:
        return order
    if not may_keep_rest(order):
        raise lifecycle.NotAllowed(
            f"Order {order.number} has no pieces left here that its customer has the money of. Refund them first, or "
            "cancel the order."
        )
    rest = {line.pk: (line, count) for line, count in parcels.left_of(order).items()}
    reservations.put_back(reservations.REST, rest, write_off=write_off)
    count_kept(order)
    taken_out.go_on(order, actor, "", is_money_back=True)
    return order


def may_keep_rest(order: Order) -> bool:
    return order.status == Order.Status.PACKED and order.shipments.exists() and _is_for_nothing(order)


@in_transaction
def approve(return_id: int, actor: Actor, answer: str = "") -> Return:
    """orders.returns.approve, which raises Conflict also for an exchange that could not be made. Locks the order."""
    _check_exchange(return_id, Return.State.REQUESTED)
    return returns.approve(return_id, actor, answer)


@in_transaction
def receive(return_id: int, conditions: Mapping[int, str], actor: Actor) -> Return:
    """orders.returns.receive, which raises Conflict also for an exchange whose order's money went back. Locks the
    order, then stock."""
    _check_exchange(return_id, Return.State.APPROVED, Return.State.LOST)
    return returns.receive(return_id, conditions, actor)


@in_transaction
def price_delivery(order_id: int, amount: int, actor: Actor, note: str = "") -> DeliveryQuote:
    """orders.delivery_quotes.make, which raises NotAllowed also for what will not leave. Locks the order."""
    order = lifecycle.lock(order_id)
    if order.status in delivery_quotes.QUOTABLE and _is_for_nothing(order):
        raise lifecycle.NotAllowed(f"{WENT_BACK.format(order.number)}. Cancel it: nothing of it is to be brought.")
    return delivery_quotes.make(order_id, amount, actor, note)


def check_delivery(order: Order) -> None:
    """Before its customer pays for bringing it, who reads this. Raises Conflict. The order is locked by the caller."""
    if _is_for_nothing(order):
        raise Conflict(
            f"The money for order {order.number} goes back to you, so its delivery is not to be paid. If that is a "
            "mistake, write to us.",
            code="not_payable",
        )


def _check_exchange(return_id: int, *states: str) -> None:
    """What its pieces themselves say, that they came back or were paid for otherwise, is said first."""
    if not Return.objects.filter(pk=return_id, kind=Return.Kind.EXCHANGE, state__in=states).exists():
        return
    found, order = returns.lock(return_id)
    lines = list(found.lines.with_pieces())
    if found.state in states and _are_spent(order, {line.order_line_id for line in lines}):
        returns.check_still_out(order, found, lines)
        is_asked_for = found.state == Return.State.REQUESTED
        instead = "Refuse it, and write why" if is_asked_for else "Choose money instead, and receive it then"
        raise Conflict(
            f"{WENT_BACK.format(order.number)}, so no other size goes out for them. {instead}.", code="no_swap"
        )


def is_rest_paid(order: Order) -> bool:
    """Whether there are pieces of it that stayed here as the rest, and the money of some did not go back."""
    stayed = order.lines.filter(pk__in=reservations.stayed_here(order))
    without = {line.pk: line.taken_back for line in stayed}
    return _cost_something(order, without) and not _went_back(order, without)


def _is_for_nothing(order: Order) -> bool:
    """Whether there are pieces of it that have not left, and the money of all of them went back."""
    without = {line.pk: line.taken_back + count for line, count in parcels.left_of(order).items()}
    return _cost_something(order, without) and _went_back(order, without)


def _went_back(order: Order, without: Mapping[int, int]) -> bool:
    """Whether the money did of so many pieces of its lines (id to quantity), which its customer does not have."""
    back = pieces_not_paid_for(order)
    return all(count <= back[pk] for pk, count in without.items()) or spent().filter(order=order).exists()


def _are_spent(order: Order, lines: Iterable[int]) -> bool:
    return spent().filter(order=order).exists() and _cost_something(order, lines)


def _cost_something(order: Order, lines: Iterable[int]) -> bool:
    worth = worth_of(order, order.all_lines())
    return any(worth[pk] for pk in lines)


def spent() -> QuerySet[Payment]:
    """Payments for pieces of which no more than the delivery's price is left. Pieces that cost nothing are never so."""
    refund, has_failed = Refund.objects.filter(payment=OuterRef("pk")), Q(state=Refund.State.FAILED)
    asked, owed = refund.filter(~has_failed), refund.filter(has_failed, resolved_at=None)
    lost = Dispute.objects.filter(payment=OuterRef("pk"), state=Dispute.State.LOST)
    price = Least("amount_subunit", Coalesce("captured_subunit", 0))
    left = price - _sum_of(asked) - _sum_of(owed) - _sum_of(lost)
    delivery = F("order__delivery_subunit") - _sum_of(asked, "delivery_subunit") - _sum_of(owed, "delivery_subunit")
    paid = that_paid_pieces().filter(order__subtotal_subunit__gt=F("order__discount_subunit"))
    return paid.annotate(left=left).filter(left__lte=Greatest(0, delivery))


def orders_among(orders: Iterable[Order]) -> set[int]:
    """Those (id) of which nothing is to be packed for that. One query."""
    return set(spent().filter(order__in=orders).values_list("order", flat=True))


def _sum_of(rows: QuerySet[Any], column: str = "amount_subunit") -> Coalesce:
    """Of one payment's rows, which OuterRef("pk") has chosen."""
    total = rows.order_by().values("payment").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), 0, output_field=BigIntegerField())

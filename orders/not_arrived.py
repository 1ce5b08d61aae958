"""A parcel that never reaches its customer, so that its order ends: lost, brought back, or refused at the door.

With `restock` its pieces are on sale again.
"""

from core.transactions import in_transaction
from orders import lifecycle, redemptions, reservations
from orders import transitions as to
from orders.events import Actor
from orders.lifecycle import NotAllowed
from orders.models import Order
from orders.transitions import Transition


@in_transaction
def end(order_id: int, actor: Actor, reason: str, *, restock: bool) -> Order:
    """Of a paid order, whose money is for the caller to give back; harmless twice.

    Raises NotAllowed unless it was sent and is paid, and has not arrived.
    """
    order = lifecycle.lock(order_id)
    if _is_over(order):
        return order
    lifecycle.check(order, to.NOT_ARRIVED, "Only what was sent, and has not arrived, is lost or comes back unopened.")
    if order.is_owed_at_the_door:
        raise NotAllowed(f"Order {order.number} is paid at the door. Record that it came back unpaid.")
    return _end(order, to.NOT_ARRIVED, actor, reason, restock)


@in_transaction
def not_accepted(order_id: int, actor: Actor, reason: str, *, restock: bool = True) -> Order:
    """Of an order to be paid at the door, which came back unpaid; harmless twice.

    Raises NotAllowed for one that is paid or has not left.
    """
    order = lifecycle.lock(order_id)
    if _is_over(order):
        return order
    lifecycle.check(order, to.NOT_ACCEPTED, "Only what was sent can come back.")
    if not order.is_owed_at_the_door:
        raise NotAllowed(f"Order {order.number} is paid: what comes back of it is a return.")
    return _end(order, to.NOT_ACCEPTED, actor, reason, restock)


def _is_over(order: Order) -> bool:
    return order.status == Order.Status.CANCELLED and order.shipped_at is not None


def _end(order: Order, transition: Transition, actor: Actor, reason: str, restock: bool) -> Order:
    redemptions.free(order)
    if restock:
        reservations.come_back(order)
    return lifecycle.move(order, transition, actor, {"reason": reason} if reason else {})

"""A paid parcel that is lost, or that the courier brought back unopened: its order ends."""

from core.transactions import in_transaction
from orders import lifecycle, redemptions, reservations
from orders import transitions as to
from orders.events import Actor
from orders.lifecycle import NotAllowed
from orders.models import Order


@in_transaction
def end(order_id: int, actor: Actor, reason: str, *, restock: bool) -> Order:
    """With `restock` its pieces are on sale again. What was paid is for the caller to give back; harmless twice.

    Raises NotAllowed unless it was sent and is paid, and has not arrived.
    """
    order = lifecycle.lock(order_id)
    if order.status == Order.Status.CANCELLED and order.shipped_at is not None:
        return order
    lifecycle.check(order, to.NOT_ARRIVED, "Only what was sent, and has not arrived, is lost or comes back unopened.")
    if order.is_owed_at_the_door:
        raise NotAllowed(f"Order {order.number} is paid at the door. Record that it came back unpaid.")
    redemptions.free(order)
    if restock:
        reservations.come_back(order)
    return lifecycle.move(order, to.NOT_ARRIVED, actor, {"reason": reason} if reason else {})

"""Pieces that were put back on sale before they left: with the last of them an order has nothing left to wait for."""

from orders import lifecycle, parcels, redemptions
from orders import transitions as to
from orders.events import Actor
from orders.models import Order


def go_on(order: Order, actor: Actor, reason: str, *, is_money_back: bool) -> None:
    """Where nothing is left to send: what left before is all that comes, so the order is shipped; or it ends.

    It ends by itself where all its money was asked back too. Otherwise staff cancel it, which asks for the rest. The
    order is locked by the caller.
    """
    if parcels.left_of(order):
        return
    last = order.shipments.order_by("pk").last()
    if last is not None:
        names = {"carrier": last.carrier, "tracking_number": last.tracking_number}
        lifecycle.move(order, to.REST_TAKEN_OUT, actor, names, shipped_at=last.shipped_at, **names)
    elif is_money_back:
        redemptions.free(order)
        lifecycle.move(order, to.CANCELLED_PAID, actor, {"reason": reason})

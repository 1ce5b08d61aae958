"""Nothing leaves the shop whose money went back, or is on its way back: packing and exchanging ask here first.

What is said of an order's money is not enough to ask: a refund may be under way for days, and of an order whose
delivery was paid apart some money stays when all that its pieces cost went back.
"""

from collections.abc import Mapping

from core.errors import Conflict
from core.transactions import in_transaction
from orders import lifecycle, returns
from orders.events import Actor
from orders.models import Order, Return
from payments.models import Payment
from payments.standing import is_all_of_it_asked_back


@in_transaction
def pack(order_id: int, actor: Actor) -> Order:
    """orders.lifecycle.pack, which raises NotAllowed also where its money went back. Locks payment, then order."""
    if _is_for_nothing(order_id):
        order = lifecycle.lock(order_id)
        raise lifecycle.NotAllowed(
            f"All money for the pieces of order {order.number} went back, or is on its way back. Cancel it, or take a "
            "new order for its pieces."
        )
    return lifecycle.pack(order_id, actor)


@in_transaction
def receive(return_id: int, conditions: Mapping[int, str], actor: Actor) -> Return:
    """orders.returns.receive, which raises Conflict also for an exchange whose order's money went back. Locks payment,
    then order, then stock."""
    found = Return.objects.filter(pk=return_id).select_related("order").first()
    if found and _is_for_nothing(found.order_id):
        found, _ = returns.lock(return_id)
        if found.kind == Return.Kind.EXCHANGE and found.state not in returns.ARRIVED:
            raise Conflict(
                f"All money for the pieces of order {found.order.number} went back, or is on its way back, so no other "
                "size goes out for them. Choose money instead, and receive it then.",
                code="no_swap",
            )
    return returns.receive(return_id, conditions, actor)


def _is_for_nothing(order_id: int) -> bool:
    """Of the payment for its pieces, which is locked. What cost nothing, or was not paid yet, has none."""
    payments = Payment.objects.filter(order=order_id, outcome=Payment.Outcome.APPLIED, purpose=Payment.Purpose.ITEMS)
    payment = payments.select_for_update(of=("self",), no_key=True).first()
    return payment is not None and is_all_of_it_asked_back(payment)

"""A return that has arrived gets its money: what joins orders.returns with the refunds."""

from core.errors import Conflict
from core.transactions import in_transaction
from orders import returns
from orders.events import Actor
from orders.models import Return
from payments import refunds
from payments.models import Refund


@in_transaction
def give_back(return_id: int, actor: Actor) -> Refund:
    """Asks to refund what was paid for the pieces of a received return, and closes it. Harmless twice.

    Raises Conflict for one that was not received or was exchanged, and while another refund of the order is under way.
    """
    found = Return.objects.select_related("order").get(pk=return_id)
    if found.kind != Return.Kind.REFUND or found.state not in (Return.State.RECEIVED, Return.State.CLOSED):
        raise Conflict("Money goes back for pieces that have arrived and were not exchanged.", code="not_received")
    refund = refunds.request(
        found.order_id,
        lines=dict(found.lines.values_list("order_line", "quantity")),
        reason=f"Return {found.pk}",
        key=f"return/{found.pk}",
        actor=actor,
    )
    returns.close(found.pk, actor)
    return refund

"""A mail of an order that somebody has lost, sent again."""

from core.errors import Conflict, NotFound
from core.queue import nudge
from core.transactions import in_transaction
from mailing import outbox, tasks
from mailing.models import OutgoingMail
from orders import events
from orders.events import Actor
from orders.models import Order


@in_transaction
def send_again(mail_id: int, actor: Actor) -> OutgoingMail:
    """A new mail with its own key, noted in the timeline. Raises NotFound for a mail that is about no order, Conflict
    for an erased customer and as mailing.outbox.send_again.

    Locks the order before the letter is read, as erasing does: no copy is made of what is forgotten at that moment.
    """
    order = _locked_order_of(OutgoingMail.objects.only("about").get(pk=mail_id))
    if order.erased_at is not None:
        raise Conflict("The customer of this order was erased: there is nobody to send its mails to.", code="erased")
    again = outbox.send_again(mail_id)
    told = {"kind": again.kind, "to": again.recipient}
    events.record(order, "mail-sent-again", actor, key=f"mail/{again.pk}", data=told)
    nudge(tasks.send, again.pk)
    return again


def _locked_order_of(mail: OutgoingMail) -> Order:
    what, _, rest = mail.about.partition("/")
    orders = Order.objects.select_for_update(of=("self",), no_key=True)
    order = orders.filter(number=rest.partition("/")[0]).first() if what == "order" else None
    if order is None:
        raise NotFound("Only a mail about an order is sent again.")
    return order

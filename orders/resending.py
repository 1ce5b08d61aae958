"""A mail of an order that somebody has lost, sent again."""

from core.errors import NotFound
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
    as mailing.outbox.send_again."""
    mail = OutgoingMail.objects.get(pk=mail_id)
    order = _order_of(mail)
    again = outbox.send_again(mail_id)
    told = {"kind": again.kind, "to": again.recipient}
    events.record(order, "mail-sent-again", actor, key=f"mail/{again.pk}", data=told)
    nudge(tasks.send, again.pk)
    return again


def _order_of(mail: OutgoingMail) -> Order:
    what, _, rest = mail.about.partition("/")
    order = Order.objects.filter(number=rest.partition("/")[0]).first() if what == "order" else None
    if order is None:
        raise NotFound("Only a mail about an order is sent again.")
    return order

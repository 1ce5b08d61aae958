"""How the other size of an exchange leaves the shop: in one parcel, with a mail of its own."""

from django.db.models.functions import Now

from core.errors import Conflict, ShopError
from core.transactions import in_transaction
from orders import events, return_mails, returns
from orders.events import Actor
from orders.models import Return


@in_transaction
def send(return_id: int, carrier: str, tracking_number: str, actor: Actor) -> Return:
    """The other size left with a courier; its customer is told. Harmless twice.

    Raises Conflict where nothing is to be sent, ShopError without a carrier.
    """
    found, order = returns.lock(return_id)
    if found.sent_at is not None:
        return found
    check_to_send(found)
    if not carrier.strip():
        raise ShopError("Write with whom it goes.", field="carrier")
    sent = {"carrier": carrier.strip(), "tracking_number": tracking_number.strip()}
    Return.objects.filter(pk=found.pk).update(sent_at=Now(), **sent)
    found.refresh_from_db()
    events.record(order, "return-sent", actor, key=str(found.pk), data=sent)
    return_mails.write("return-sent", found)
    return found


def check_to_send(found: Return) -> None:
    """Raises Conflict for a return for which no other size waits in the shop."""
    if not found.is_to_send:
        raise Conflict("Nothing of this return is to be sent: no other size was given for it.", code="nothing_to_send")

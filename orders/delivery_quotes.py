"""Delivery that no zone has a fee for: staff price it, and its link takes exactly that. A new price ends the old."""

from django.conf import settings
from django.db.models.functions import Now

from core.errors import Conflict, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from orders.events import Actor
from orders.lifecycle import AlreadyPaid, NotAllowed
from orders.models import DeliveryQuote, Order

State = DeliveryQuote.State
QuoteStatus = Order.QuoteStatus
# The items are paid first, and what has left the shop needs no price any more.
QUOTABLE = (Order.Status.PAID, Order.Status.PACKED)
AMOUNT_MAX = 10**12
NOTE_MAX = 300


class Superseded(Conflict):
    """Another price took this one's place, or the order needs none any more."""

    code = "quote_superseded"


@in_transaction
def make(order_id: int, amount: int, actor: Actor, note: str = "") -> DeliveryQuote:
    """Asks `amount` (subunits of the order's currency) for bringing an order, instead of any price before.

    The same price and note once more change nothing. Locks the order. Raises ShopError for an amount that is none,
    NotAllowed unless the order is paid, still in the shop, and its delivery is not paid.
    """
    if not 0 < amount < AMOUNT_MAX:
        raise ShopError("Write what the courier takes: more than nought.", field="amount")
    if len(note) > NOTE_MAX:
        raise ShopError(f"Write at most {NOTE_MAX} characters.", field="note")
    order = lifecycle.lock(order_id)
    if order.quote_status == QuoteStatus.NOT_NEEDED:
        raise NotAllowed(f"Delivery of order {order.number} has a fee already: its zone set it.")
    if order.quote_status == QuoteStatus.PAID:
        raise NotAllowed(f"Delivery of order {order.number} is paid already.")
    if order.status not in QUOTABLE:
        raise NotAllowed(
            f"Order {order.number} is {order.get_status_display().lower()}. Delivery is priced once the items are paid."
        )
    standing = order.delivery_quotes.filter(state=State.OPEN).first()
    if standing and (standing.amount_subunit, standing.note) == (amount, note.strip()):
        return standing
    order.delivery_quotes.filter(state=State.OPEN).update(state=State.SUPERSEDED)
    quote = DeliveryQuote.objects.create(order=order, amount_subunit=amount, note=note.strip(), made_by=actor.label)
    lifecycle.set_quote(order, QuoteStatus.QUOTED)
    events.record(order, "delivery-quoted", actor, key=str(quote.pk), data={"amount": _told(quote, order).display})
    emails.write("delivery-quote", order, part=f"quote/{quote.pk}", quote=_facts(quote, order))
    return quote


def check_open(quote: DeliveryQuote, order: Order) -> None:
    """The order is locked by the caller, who takes money next. Raises AlreadyPaid or Superseded."""
    if quote.state == State.PAID:
        raise AlreadyPaid(f"Delivery of order {order.number} is paid already.")
    if quote.state == State.SUPERSEDED:
        raise Superseded(f"The delivery of order {order.number} has a newer price. Its page shows the one that counts.")
    if order.status not in QUOTABLE:
        raise Superseded(f"Order {order.number} is {order.get_status_display().lower()}: no delivery is to be paid.")


def mark_paid(quote_id: int, order: Order, actor: Actor) -> None:
    """The price is here and the parcel may leave. The order is locked by the caller. Raises as `check_open` does."""
    quote = order.delivery_quotes.get(pk=quote_id)
    check_open(quote, order)
    order.delivery_quotes.filter(pk=quote.pk).update(state=State.PAID, paid_at=Now())
    lifecycle.set_quote(order, QuoteStatus.PAID)
    facts = _facts(quote, order)
    events.record(order, "delivery-paid", actor, key=str(quote.pk), data={"amount": _told(quote, order).display})
    emails.write("delivery-paid", order, part=f"quote/{quote.pk}", quote=facts)
    emails.tell_staff("staff-delivery-paid", order, part=f"quote/{quote.pk}", quote=facts)


def in_force(order: Order) -> DeliveryQuote | None:
    """The price that counts, open or paid. No query for an order that never had one."""
    if order.quote_status not in (QuoteStatus.QUOTED, QuoteStatus.PAID):
        return None
    return order.delivery_quotes.exclude(state=State.SUPERSEDED).first()


def payable(order: Order) -> DeliveryQuote | None:
    """The price that waits for its money, while the parcel is in the shop."""
    quote = in_force(order)
    return quote if quote and quote.state == State.OPEN and order.status in QUOTABLE else None


def _told(quote: DeliveryQuote, order: Order) -> Money:
    return Money(quote.amount_subunit, order.currency)


def _facts(quote: DeliveryQuote, order: Order) -> dict[str, object]:
    return {
        "amount": _told(quote, order),
        "note": quote.note,
        "pay_url": settings.SITE_URL + quote.get_absolute_url(),
    }

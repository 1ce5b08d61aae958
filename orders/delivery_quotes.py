"""Delivery that no zone has a fee for: staff price it, and its link takes exactly that. A new price ends the old.

With settings.DELIVERY_QUOTE_DAYS a price ends by itself as well, at the end of the last of so many days: nobody begins
to pay it then. What was begun before still pays it, and so does what staff saw come in.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate, localtime, make_aware

from core.errors import Conflict, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import emails, events, lifecycle, minimums
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


class QuoteEnded(Conflict):
    code = "quote_ended"


@in_transaction
def make(order_id: int, amount: int, actor: Actor, note: str = "") -> DeliveryQuote:
    """Asks `amount` (subunits of the order's currency) for bringing an order, instead of any price before.

    The same price and note once more change nothing, while it holds. Locks the order. Raises ShopError for an amount
    that is none, NotAllowed unless the order is paid, still in the shop, and its delivery is not paid.
    """
    if not 0 < amount < AMOUNT_MAX:
        raise ShopError("Write what the courier takes: more than nought.", field="amount")
    if len(note) > NOTE_MAX:
        raise ShopError(f"Write at most {NOTE_MAX} characters.", field="note")
    order = lifecycle.lock(order_id)
    minimums.check_payable(Money(amount, order.currency), "This delivery", "amount")
    if order.quote_status == QuoteStatus.NOT_NEEDED:
        raise NotAllowed(f"Delivery of order {order.number} has a fee already: its zone set it.")
    if order.quote_status == QuoteStatus.PAID:
        raise NotAllowed(f"Delivery of order {order.number} is paid already.")
    if order.status not in QUOTABLE:
        raise NotAllowed(
            f"Order {order.number} is {order.get_status_display().lower()}. Delivery is priced once the items are paid."
        )
    standing = order.delivery_quotes.filter(state=State.OPEN).first()
    if standing and (standing.amount_subunit, standing.note) == (amount, note.strip()) and not has_ended(standing):
        return standing
    order.delivery_quotes.filter(state=State.OPEN).update(state=State.SUPERSEDED)
    days = settings.DELIVERY_QUOTE_DAYS
    quote = DeliveryQuote.objects.create(
        order=order,
        amount_subunit=amount,
        note=note.strip(),
        made_by=actor.label,
        expires_at=_end_of_day(days) if days else None,
    )
    lifecycle.set_quote(order, QuoteStatus.QUOTED)
    events.record(order, "delivery-quoted", actor, key=str(quote.pk), data={"amount": _told(quote, order).display})
    emails.write("delivery-quote", order, part=f"quote/{quote.pk}", quote=_facts(quote, order))
    return quote


def _end_of_day(days: int) -> datetime:
    """So many days from today the last moment, where the shop is: customers are told the day alone."""
    day = localdate() + timedelta(days=days)
    return make_aware(datetime.combine(day, time.max))


def check_open(quote: DeliveryQuote, order: Order) -> None:
    """The order is locked by the caller, who takes money next. Raises AlreadyPaid or Superseded."""
    if quote.state == State.PAID:
        raise AlreadyPaid(f"Delivery of order {order.number} is paid already.")
    if quote.state == State.SUPERSEDED:
        raise Superseded(f"The delivery of order {order.number} has a newer price. Its page shows the one that counts.")
    if order.status not in QUOTABLE:
        raise Superseded(f"Order {order.number} is {order.get_status_display().lower()}: no delivery is to be paid.")


def check_holds(quote: DeliveryQuote, order: Order) -> None:
    """Before somebody begins to pay it. Raises as `check_open` does, or QuoteEnded."""
    check_open(quote, order)
    if has_ended(quote):
        raise QuoteEnded(
            f"The courier’s price for order {order.number} held until {last_day(quote)}. We ask again, and write with "
            "the new one."
        )


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


def waiting(order: Order) -> DeliveryQuote | None:
    """The price that waits for its money, while the parcel is in the shop; whether it still holds or not. None where
    all other money of the order went back: its parcel does not leave."""
    quote = None if order.is_paid_back else in_force(order)
    return quote if quote and quote.state == State.OPEN and order.status in QUOTABLE else None


def payable(order: Order) -> DeliveryQuote | None:
    """The same, while it holds."""
    quote = waiting(order)
    return quote if quote and not has_ended(quote) else None


def ended(order: Order) -> DeliveryQuote | None:
    """The price that nobody paid while it held."""
    quote = waiting(order)
    return quote if quote and has_ended(quote) else None


def has_ended(quote: DeliveryQuote) -> bool:
    """By the database's clock. No query for a price without an end."""
    return (
        quote.state == State.OPEN
        and quote.expires_at is not None
        and DeliveryQuote.objects.filter(pk=quote.pk, expires_at__lte=Now()).exists()
    )


def last_day(quote: DeliveryQuote) -> str:
    return f"{localtime(quote.expires_at):%-d %B %Y}" if quote.expires_at else ""


def to_price(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that wait for staff to ask a courier: for the first time, or again."""
    over = DeliveryQuote.objects.filter(order=OuterRef("pk"), state=State.OPEN, expires_at__lte=Now())
    return orders.filter(Q(quote_status=QuoteStatus.AWAITING) | Exists(over), status__in=QUOTABLE)


def _told(quote: DeliveryQuote, order: Order) -> Money:
    return Money(quote.amount_subunit, order.currency)


def _facts(quote: DeliveryQuote, order: Order) -> dict[str, object]:
    return {
        "amount": _told(quote, order),
        "note": quote.note,
        "holds_until": last_day(quote),
        "pay_url": settings.SITE_URL + quote.get_absolute_url(),
    }

"""Orders that staff make for somebody who writes or calls, and what staff write down about any order."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from core.errors import ShopError
from core.transactions import in_transaction
from orders import bag as bags
from orders import baskets, emails, events, lifecycle
from orders.baskets import Wanted
from orders.checkout import Contact, place_order
from orders.delivery import Destination
from orders.events import Actor
from orders.models import Bag, Order

NOTE_MAX = 500
NO_PIECE = "Choose at least one piece."


@in_transaction
def make(
    wanted: Sequence[Wanted],
    contact: Contact,
    destination: Destination,
    actor: Actor,
    note: str = "",
    code: str = "",
    currency: str = settings.BASE_CURRENCY,
    *,
    pay_on_delivery: bool = False,
    method: str = "",
    form: str = "",
) -> Order:
    """An order of these pieces and bundles, priced and refused by the rules of every order.

    One `form` makes one order: sent again, at once or later, it gives back the first one's.

    Its stock is kept for settings.STAFF_ORDER_HOLD_HOURS, for whoever is sent a link pays later than one who is on the
    page; with `pay_on_delivery` until it is sent or cancelled. The customer gets the mail of a new order, with the link
    if it is paid by one. Raises as baskets.fill and place_order do.
    """
    if not wanted:
        raise ShopError(NO_PIECE, code="empty_bag", field="piece_1")
    bag = _bag_of(form) if form else bags.open_bag()
    if bag.state == Bag.State.ORDERED:
        return bag.order
    baskets.fill(bag, wanted)
    hold = timedelta(hours=settings.STAFF_ORDER_HOLD_HOURS)
    return place_order(
        bag,
        contact,
        destination,
        code=code,
        note=note,
        currency=currency,
        actor=actor,
        hold=hold,
        pay_on_delivery=pay_on_delivery,
        method=method,
    )


def made_with(form: str) -> Order | None:
    """What this form made before."""
    return Order.objects.filter(bag__token=_token_of(form)).first() if form else None


def _bag_of(form: str) -> Bag:
    """Its own, written in the transaction that orders it: whoever sends the form meanwhile waits here for that."""
    return Bag.objects.get_or_create(token=_token_of(form))[0]


def _token_of(form: str) -> str:
    """Never that of another bag, whatever stands in the address of the form."""
    return salted_hmac("orders.staff_orders", form).hexdigest()


@in_transaction
def write_note(order_id: int, text: str, actor: Actor, *, tell_customer: bool = False) -> None:
    """Into the order's timeline, for ever: for staff alone, or with `tell_customer` as a mail and on the order's page.

    Raises ShopError for a note of nothing, or too long a one.
    """
    text = text.strip()
    if not text or len(text) > NOTE_MAX:
        raise ShopError(f"Write a note of 1 to {NOTE_MAX} characters.", field="text")
    order, key = lifecycle.lock(order_id), secrets.token_hex(8)
    events.record(order, "message" if tell_customer else "note", actor, key=key, data={"text": text})
    if tell_customer:
        emails.write("order-message", order, part=f"message/{key}", text=text)


def pay_link(order: Order) -> str:
    """Where whoever has it pays this order: its token is 192 random bits."""
    return settings.SITE_URL + reverse("payments:pay", args=[order.token])


def whatsapp_link(order: Order) -> str:
    """Opens a message to the customer with the link to pay. WhatsApp wants the number without its plus."""
    first_name = order.full_name.split(" ")[0]
    text = (
        f"Hello {first_name}, your {settings.SHOP_NAME} order {order.number} comes to {order.total.display}. "
        f"You can pay here: {pay_link(order)}"
    )
    return f"https://wa.me/{order.phone.removeprefix('+')}?text={quote(text)}"

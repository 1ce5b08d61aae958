"""From a bag to an order, in one transaction."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F
from django.db.models.functions import Now

from accounts.models import User
from catalog import stock
from core import card_numbers
from core.email_addresses import email_key
from core.errors import Conflict, NotFound, ShopError
from core.money import allocate
from core.prepared import Given, Prepared, run, write
from core.transactions import in_transaction
from orders import billing, delivery, events, lifecycle, on_delivery, redemptions, reservations, unpaid
from orders.contents import Item, contents_of, shortages, wanted
from orders.delivery import Destination
from orders.events import Actor
from orders.models import Bag, Discount, Order, OrderLine
from orders.pricing import PriceChanged, Quote, quote, refuse_what_cannot_be_sold

_LOCKED = Prepared(
    lambda: (
        Bag.objects.select_for_update(of=("self",), no_key=True)
        .annotate(now=Now(), with_offers=Exists(Discount.objects.filter(active=True, code="")))
        .filter(token=Given("token"))
    )
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who orders, and the rest of the address: what does not decide the fee. The invoice goes to `billing_name`, where
    that is not the recipient. `network_address` is where a guest's request came from, for counting; none where staff
    order for somebody."""

    email: str
    full_name: str
    phone: str
    street: str
    landmark: str = ""
    city: str = ""
    postcode: str = ""
    billing_name: str = ""
    billing_address: str = ""
    network_address: str = ""


# Whoever was told "sold out" is seldom the only one: for so long this process asks before it begins.
RUSH_SECONDS = 5.0


class _Rush:
    until = 0.0


def forget_rush() -> None:
    """For tests, of which each is a process to itself."""
    _Rush.until = 0.0


# A piece in it that the shelf has not enough of. Bundles are for the whole reading of the bag.
_SHORT = Prepared(
    lambda: Bag.objects.filter(
        token=Given("token"),
        state=Bag.State.OPEN,
        lines__quantity__gt=F("lines__variant_size__on_hand") - F("lines__variant_size__reserved"),
    ).order_by()[:1]
)


def place_order(
    bag: Bag,
    contact: Contact,
    destination: Destination,
    *,
    code: str = "",
    note: str = "",
    currency: str = "NGN",
    expected_total: int | None = None,
    user: User | None = None,
    actor: Actor = events.CUSTOMER,
    hold: timedelta | None = None,
    pay_on_delivery: bool = False,
    method: str = "",
) -> Order:
    """Turns the bag into an order that holds its stock for `hold`, by default for settings.HOLD_MINUTES.

    One with nothing to pay counts as paid at once. With `pay_on_delivery`, where that is offered (orders.on_delivery),
    its stock is held until it is sent or cancelled.

    A bag becomes at most one order: a second call for the same bag, at once or later, gives back the first one's.
    `expected_total` is the total in subunits that the customer saw; `method` the way of delivery that they chose, by
    default the cheapest. Locks the bag, then, last and for as short as can
    be, its discounts and the sizes. Raises ShopError for an address, a code or a bag that cannot be ordered,
    PriceChanged, redemptions.UsedUp, stock.OutOfStock, what unpaid.check raises, and Busy; nothing is changed then.
    """
    delivery.check(destination)
    card_numbers.refuse(note, "note")
    billing.check(contact.billing_name, contact.billing_address)
    if time.monotonic() < _Rush.until:
        _refuse_what_is_sold_out(bag)
    try:
        return _place(
            bag, contact, destination, code, note, currency, expected_total, user, actor, hold, pay_on_delivery, method
        )
    except stock.OutOfStock:
        _Rush.until = time.monotonic() + RUSH_SECONDS
        raise


def _refuse_what_is_sold_out(bag: Bag) -> None:
    """Before any transaction: of a rush for the last pieces nearly all are told here, and keep no one waiting."""
    if short := _SHORT.first(token=bag.token):
        items = contents_of(short)
        if all(item.is_on_sale for item in items) and (missing := shortages(items)):
            raise stock.OutOfStock(missing)


@in_transaction
def _place(
    bag: Bag,
    contact: Contact,
    destination: Destination,
    code: str,
    note: str,
    currency: str,
    expected_total: int | None,
    user: User | None,
    actor: Actor,
    hold: timedelta | None,
    pay_on_delivery: bool,
    method: str,
) -> Order:
    locked = _lock(bag)
    if locked.state == Bag.State.ORDERED:
        return _ordered_before(locked, contact)
    priced = quote(
        locked, destination, code, currency, email=contact.email, with_offers=locked.with_offers, method=method
    )
    delivery.check_method(priced.delivery, method)
    refuse_what_cannot_be_sold(priced)
    if missing := shortages(priced.items):
        raise stock.OutOfStock(missing)
    if expected_total is not None and expected_total != priced.total.amount:
        raise PriceChanged(expected_total, priced.total)
    if pay_on_delivery:
        on_delivery.check(priced)
    network = "" if user else unpaid.network_key(contact.network_address)
    unpaid.check(contact.email, contact.phone, user, network=network, pay_on_delivery=pay_on_delivery)
    held_until = locked.now + (hold or timedelta(minutes=settings.HOLD_MINUTES))
    order = _write_order(
        locked, contact, destination, note, priced, user, network, locked.now, held_until, pay_on_delivery
    )
    _write_lines(order, priced)
    run("UPDATE orders_bag SET state = 'ordered' WHERE id = %s", [locked.pk])
    lifecycle.placed(order, actor)
    redemptions.redeem(order, priced.choice.applied)
    reservations.reserve(order, wanted(priced.items))
    if not order.total_subunit:  # discounts took all of it, and no provider takes a payment of nothing
        lifecycle.mark_paid(order, events.SYSTEM)
    return order


def _lock(bag: Bag) -> Any:
    """The bag, locked. With it `now` by the database's clock, which decides when the hold ends, and `with_offers`:
    whether there are automatic discounts."""
    locked = _LOCKED.first(token=bag.token)
    if locked is None:
        raise NotFound("There is no such bag. Start a new one.", field="bag")
    return locked


def _ordered_before(bag: Bag, contact: Contact) -> Order:
    """The order that it became, for whoever sent it. Another person with the bag's token learns nothing about it."""
    if email_key(bag.order.email) != email_key(contact.email):
        raise Conflict(
            "This bag has become an order with another e-mail address, and its link is in the mail. To order again, "
            "start a new bag.",
            code="bag_ordered",
            field="bag",
        )
    return bag.order


def _write_order(
    bag: Bag,
    contact: Contact,
    destination: Destination,
    note: str,
    priced: Quote,
    user: User | None,
    network: str,
    now: datetime,
    held_until: datetime,
    pay_on_delivery: bool,
) -> Order:
    shipping = priced.delivery
    if shipping is None:
        raise ShopError("Tell us where to deliver.", field="country")
    order = Order(
        bag=bag,
        user=user,
        email=contact.email,
        full_name=contact.full_name,
        phone=contact.phone,
        country=destination.country,
        state=destination.state,
        area=destination.area,
        street=contact.street,
        landmark=contact.landmark,
        city=contact.city,
        postcode=contact.postcode,
        billing_name=contact.billing_name.strip(),
        billing_address=billing.tidy(contact.billing_address),
        note=note,
        ordered_from=network,
        quote_status=Order.QuoteStatus.AWAITING if shipping.is_quoted else Order.QuoteStatus.NOT_NEEDED,
        pay_on_delivery=pay_on_delivery,
        currency=priced.currency,
        exchange_rate=priced.prices.naira,
        subtotal_subunit=priced.subtotal.amount,
        discount_subunit=priced.discount.amount,
        delivery_subunit=priced.delivery_fee.amount,
        tax_subunit=priced.tax.amount,
        total_subunit=priced.total.amount,
        zone_name=shipping.zone_name,
        delivery_method=shipping.method if shipping.is_by_choice else "",
        delivery_min_days=shipping.min_days,
        delivery_max_days=shipping.max_days,
        trace=priced.trace,
        placed_at=now,
        hold_expires_at=held_until,
    )
    write([order])
    return order


def _write_lines(order: Order, priced: Quote) -> None:
    """Two inserts, whatever the bag holds: first pieces and bundles, then the bundles' components."""
    lines = [_line_of(order, item, priced.choice.share_of(index)) for index, item in enumerate(priced.items)]
    write(lines)
    components = [
        _piece(order, item, index, OrderLine.Kind.COMPONENT, share, parent=line)
        for item, line in zip(priced.items, lines, strict=True)
        if item.bundle is not None
        for index, share in enumerate(_shares(item, line.discount_subunit))
    ]
    write(components)
    order.written_lines = [*lines, *components]


def _shares(item: Item, discount: int) -> list[int]:
    """Of a bundle's discount, for each of its pieces: as much as of its price."""
    return allocate(discount, [part.unit.amount for part in item.parts])


def _line_of(order: Order, item: Item, discount: int) -> OrderLine:
    if item.bundle is None:
        return _piece(order, item, 0, OrderLine.Kind.PIECE, discount)
    return OrderLine(
        order=order,
        kind=OrderLine.Kind.BUNDLE,
        bundle=item.bundle,
        name=item.name,
        sku=item.sku,
        image_url=item.thumbnail[:300],
        unit_price_subunit=item.unit.amount,
        quantity=item.quantity,
        total_subunit=item.total.amount,
        discount_subunit=discount,
    )


def _piece(
    order: Order, item: Item, index: int, kind: str, discount: int, parent: OrderLine | None = None
) -> OrderLine:
    part = item.parts[index]
    return OrderLine(
        order=order,
        kind=kind,
        parent=parent,
        variant_size=part.size,
        name=part.size.variant.product.name,
        sku=part.size.sku,
        colour=part.size.variant.colour.name,
        size=part.size.size.name,
        image_url=item.thumbnail[:300] if item.bundle is None else "",
        unit_price_subunit=part.unit.amount,
        quantity=item.quantity,
        total_subunit=part.unit.amount * item.quantity,
        discount_subunit=discount,
    )

"""Mails about an order, written to the outbox in the transaction of their cause."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django_countries import countries

from catalog import reviews
from core.queue import nudge
from mailing import outbox, staff, tasks
from orders import offline_methods
from orders.models import Order, OrderLine, Shipment
from orders.summary import grouped, totals_of

SHIPPED, DELIVERED = "order-shipped", "order-delivered"
MONEY_BACK = ("order-cancelled-paid", "order-not-arrived", "return-approved", "return-changed", "return-received")
SAID_OF_AN_ORDER = (
    *("number", "email", "full_name", "phone", "state", "area", "street", "landmark", "city", "postcode", "note"),
    *("billing_name", "billing_address"),
    *("pay_on_delivery", "status", "payment_status", "quote_status", "cost_something"),
    *("currency", "delivery_method", "delivery_min_days", "delivery_max_days"),
    *("hold_expires_at", "placed_at", "paid_at", "carrier", "tracking_number"),
)
SAID_OF_A_LINE = ("name", "colour", "quantity", "taken_back")


def write(kind: str, order: Order, *, part: str = "", **more: Any) -> None:
    """Writes the mail `kind` about `order` to its customer, once, and nudges the sender for after the commit.

    `part` names what of it the mail is about, such as refund/7, where there may be several; `more` are facts of that.
    """
    facts = facts_of(order) | more
    if kind == SHIPPED:
        facts |= _last_of_several(order)
    if kind == DELIVERED:
        facts |= _invitations(order)
    if kind in MONEY_BACK:
        facts["by_hand"] = offline_methods.was_used(order)
    outbox.write(kind, _about(order, part), order.email, facts)
    nudge(tasks.sweep)


def as_sentence(text: str) -> str:
    """With a stop behind it, for staff write reasons without one and a sentence follows."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def tell_staff(kind: str, order: Order, *, part: str = "", **more: Any) -> None:
    """Writes the mail `kind` about `order` to the staff, once, as `write` does to the customer.

    It leads to where something can be done: a return has a page of its own.
    """
    what, _, key = part.partition("/")
    page = ("return", key) if what == "return" else ("order", order.pk)
    admin_url = settings.SITE_URL + reverse(f"admin:orders_{page[0]}_change", args=[page[1]])
    staff.tell(kind, _about(order, part), facts_of(order) | {"admin_url": admin_url} | more)


def facts_of(order: Order) -> dict[str, Any]:
    """What its mails may say, as plain data: they are rendered later, when the order may be another already."""
    said = {name: getattr(order, name) for name in SAID_OF_AN_ORDER}
    lines = grouped(order)
    country = {"code": str(order.country), "name": countries.name(str(order.country))}
    return {
        "order": {**said, "country": country, "total": order.total},
        "lines": [{**_piece(line), "parts": [_piece(part) for part in parts]} for line, parts in lines],
        "totals": totals_of(order),
        "comes": _what_comes(lines),
        "order_url": settings.SITE_URL + order.get_absolute_url(),
        "pay_url": settings.SITE_URL + reverse("payments:pay", args=[order.token]),
        "help_url": settings.SITE_URL + reverse("orders:help"),
    }


def _about(order: Order, part: str) -> str:
    return "/".join(filter(None, ["order", order.number, part]))


def facts_of_parcel(shipment: Shipment) -> dict[str, Any]:
    """What a mail may say of one parcel."""
    lines = shipment.lines.select_related("order_line").order_by("pk")
    pieces = [{**_piece(line.order_line), "quantity": line.quantity} for line in lines]
    return {"carrier": shipment.carrier, "tracking_number": shipment.tracking_number, "pieces": pieces}


def _last_of_several(order: Order) -> dict[str, Any]:
    """What is in the parcel that left now, where others of the order left before."""
    shipments = list(order.shipments.order_by("pk"))
    return {"last": facts_of_parcel(shipments[-1])} if shipments[1:] else {}


def _piece(line: OrderLine) -> dict[str, Any]:
    return {
        **{name: getattr(line, name) for name in SAID_OF_A_LINE},
        "sku": line.told_sku,
        "size": line.told_size,
        "total": line.total,
    }


def _what_comes(lines: list[tuple[OrderLine, list[OrderLine]]]) -> list[dict[str, Any]]:
    """Piece by piece, where some were taken out before they left. Empty where all comes that was ordered."""
    pieces = [piece for line, parts in lines for piece in (parts or [line])]
    if not any(piece.taken_back for piece in pieces):
        return []
    left = [(piece, piece.quantity - piece.taken_back) for piece in pieces]
    return [{**_piece(piece), "quantity": count} for piece, count in left if count]


def _invitations(order: Order) -> dict[str, Any]:
    """Where each piece is reviewed, a bundle's pieces in its place."""
    addresses = reviews.addresses_of(order.number)
    pieces = [piece for line, parts in grouped(order) for piece in (parts or [line]) if piece.pk in addresses]
    links = [(_piece(piece), settings.SITE_URL + addresses[piece.pk]) for piece in pieces]
    return {"reviews": links, "review_url": links[0][1]} if links else {}

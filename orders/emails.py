"""Mails about an order, written to the outbox in the transaction of their cause."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from catalog import reviews
from core.money import Money
from core.queue import nudge
from mailing import outbox, tasks
from mailing.render import render
from orders.models import Order, OrderLine

DELIVERED = "order-delivered"


def write(kind: str, order: Order) -> None:
    """Writes the mail `kind` about `order` to its customer, once, and nudges the sender for after the commit."""
    context = context_of(order)
    if kind == DELIVERED:
        context |= _invitations(order, context["lines"])
    mail = outbox.enqueue(kind, f"order/{order.number}", order.email, render(kind, context))
    nudge(tasks.send, mail.pk)


def context_of(order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "lines": lines_of(order),
        "totals": totals_of(order),
        "order_url": settings.SITE_URL + order.get_absolute_url(),
        "pay_url": settings.SITE_URL + reverse("payments:pay", args=[order.token]),
        "help_url": settings.SITE_URL + reverse("orders:help"),
    }


def _invitations(order: Order, lines: list[OrderLine]) -> dict[str, Any]:
    """Where each piece is reviewed, a bundle's pieces in its place."""
    addresses = reviews.addresses_of(order.number)
    pieces = [piece for line in lines for piece in (line.parts or [line])]  # type: ignore[attr-defined]
    links = [(piece, settings.SITE_URL + addresses[piece.pk]) for piece in pieces if piece.pk in addresses]
    return {"reviews": links, "review_url": links[0][1]} if links else {}


def lines_of(order: Order) -> list[OrderLine]:
    """Pieces and bundles, each with its components as `parts`. One query."""
    lines = list(order.lines.order_by("pk"))
    for line in lines:
        line.order = order
        line.parts = [part for part in lines if part.parent_id == line.pk]  # type: ignore[attr-defined]
    return [line for line in lines if line.kind != OrderLine.Kind.COMPONENT]


def totals_of(order: Order) -> list[tuple[str, Money]]:
    """What to show under the lines; a discount or tax of nought is not shown."""
    rows = [
        ("Subtotal", order.subtotal_subunit, True),
        ("Discount", -order.discount_subunit, False),
        ("Delivery", order.delivery_subunit, True),
        ("Tax", order.tax_subunit, False),
        ("Total", order.total_subunit, True),
    ]
    return [(label, Money(amount, order.currency)) for label, amount, always in rows if always or amount]

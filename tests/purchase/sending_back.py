"""What tests of returns begin with: an order of two pieces, delivered, other sizes beside it, and the desk's steps."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from catalog import stock
from catalog.models import VariantSize
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, lifecycle, returns, substitutes
from orders.models import Order, Return
from orders.returns import Wish
from tests.factories import VariantSizeFactory, delivered, delivered_order, paid, placed_order


@pytest.fixture
def medium() -> VariantSize:
    return VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M")


@pytest.fixture
def large(medium: VariantSize) -> VariantSize:
    return VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=medium.variant, size__name="L")


@pytest.fixture
def small(medium: VariantSize) -> VariantSize:
    return VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=medium.variant, size__name="S")


@pytest.fixture
def order(medium: VariantSize) -> Order:
    """Two of size M, delivered: three are left on the shelf."""
    return delivered_order((medium, 2))


def sent_in_another_size(ordered: VariantSize, sent: VariantSize) -> Order:
    """Its money came when the ordered size was gone."""
    order = placed_order((ordered, 1))
    Order.objects.filter(pk=order.pk).update(hold_expires_at=Now() - timedelta(minutes=1))
    lifecycle.expire(order.pk)
    stock.adjust(ordered.pk, -5, "damaged")
    order.refresh_from_db()
    substitutes.take(order, {order.lines.get().pk: sent.sku})
    return delivered(paid(order))


def approved(order: Order, size: str = "", reason: str = "size") -> Return:
    kind = "exchange" if size else "refund"
    wishes = {order.lines.get().pk: Wish(1, size)}
    found = returns.request(order.pk, wishes, kind, reason, "Too tight.", events.CUSTOMER)
    return returns.approve(found.pk, events.SYSTEM)


def act(staff: Client, found: Return, step: str, **fields: str) -> str:
    """What the desk reads after a step of its return."""
    address = reverse(f"admin:orders_return_{step}", args=[found.pk])
    assert staff.get(address).status_code == 200
    answer: Any = staff.post(address, {"_form_submitted": "on", **fields}, follow=True)
    found.refresh_from_db()
    return "".join(str(message) for message in answer.context["messages"])


def offered(staff: Client, found: Return) -> set[str]:
    page = staff.get(reverse("admin:orders_return_change", args=[found.pk])).text
    steps = ("receive", "money_instead", "another_size", "give_up", "refund", "close", "send")
    return {step for step in steps if reverse(f"admin:orders_return_{step}", args=[found.pk]) in page}


def receive(staff: Client, found: Return, condition: str = "sound") -> str:
    return act(staff, found, "receive", **{f"line_{found.lines.get().pk}": condition})


def text_of(kind: str) -> str:
    """What its last mail says."""
    return outbox.compose(OutgoingMail.objects.filter(kind=kind).order_by("pk").last()).text  # type: ignore[arg-type]


def on_hand(size: VariantSize) -> int:
    return VariantSize.objects.get(pk=size.pk).on_hand

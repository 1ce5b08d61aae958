"""The page of one order in the back office: where it stands, and how its total came to be, in words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel.calculation import told
from orders import bag, events, returns
from orders.checkout import place_order
from orders.models import Order, Zone
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    delivered_order,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db


def page(desk: Client, order: Order) -> str:
    return " ".join(desk.get(reverse("admin:orders_order_change", args=[order.pk])).text.split())


def test_one_to_be_paid_at_the_door_is_to_be_packed(desk: Client, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = place_order(bag_with((VariantSizeFactory(), 1)), ADA, LAGOS_ISLAND, pay_on_delivery=True)
    for text in (page(desk, order), desk.get(reverse("admin:orders_order_changelist")).text):
        assert "To be packed" in text
        assert "Unpaid, at the door" in text
    other = page(desk, placed_order())
    assert "Waiting for payment" in other
    assert "at the door" not in other


def test_the_total_is_explained_in_sentences(desk: Client) -> None:
    order = placed_order((VariantSizeFactory(price_kobo=980_000), 2))
    text = page(desk, order)
    assert f"2 × {order.lines.get().name} at ₦9,800: ₦19,600" in text
    assert "<li>Subtotal ₦19,600</li>" in text
    assert f"<li>Delivery, {order.zone_name}: ₦" in text


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            {"step": "rate", "currency": "USD", "naira": "1530.5", "round_up_to": 50, "since": "2026-11-01T00:00:00"},
            "USD 1 was ₦1530.5, in force since 2026-11-01",
        ),
        (
            {"step": "line", "name": "Tee", "unit": 700, "quantity": 1, "amount": 700, "kobo": 980_000, "by": "rate"},
            "1 × Tee at $7: $7 (₦9,800 by the rate)",
        ),
        (
            {"step": "line", "name": "Tee", "unit": 7, "quantity": 1, "amount": 7, "kobo": 100, "by": "fixed price"},
            "1 × Tee at $0.07: $0.07 (a fixed price; ₦1 in naira)",
        ),
        (
            {"step": "discount", "name": "Ten", "code": "TEN", "worth": "10%", "amount": 70, "delivery": 0},
            "Discount Ten (TEN): −$0.70",
        ),
        (
            {"step": "discount", "name": "Ride", "code": "", "worth": "free delivery", "amount": 0, "delivery": 500},
            "Discount Ride: −$5 of the delivery",
        ),
        ({"step": "no discount", "name": "Ten", "code": "TEN", "why": "It ended."}, "Not given: Ten (TEN). It ended."),
        ({"step": "delivery", "zone": "quoted later", "amount": 0}, "Delivery is priced later, and paid apart"),
        ({"step": "tax", "basis_points": 750, "amount": 52}, "Tax of 7.5 %: $0.52"),
        ({"step": "tax", "basis_points": 0, "amount": 0}, "No tax there"),
        ({"step": "later", "amount": 3}, "step later, amount 3"),
    ],
)
def test_each_step_has_its_sentence(step: dict[str, Any], sentence: str) -> None:
    assert told(step, "USD") == sentence


def test_what_came_at_the_door_is_cash_unless_staff_say_otherwise(desk: Client, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank", "on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = place_order(bag_with((VariantSizeFactory(), 1)), ADA, LAGOS_ISLAND, pay_on_delivery=True)

    def dialog(order: Order) -> str:
        return desk.get(reverse("admin:orders_order_record_payment", args=[order.pk])).text

    assert '<option value="cash" selected>' in dialog(order)
    assert '<option value="cash">' in dialog(placed_order())


def test_a_line_shows_what_goes_back_for_one_after_the_discount(desk: Client) -> None:
    lagos()
    DiscountFactory(code="HALF", basis_points=5_000)
    size = VariantSizeFactory(price_kobo=900_000)
    held = bag_with((size, 2))
    bag.add_bundle(held, BundleFactory(eligible=[size.variant.product], price_kobo=2_000_000).slug, [size.sku] * 3)
    order = place_order(held, ADA, LAGOS_ISLAND, code="HALF")
    dialog = desk.get(reverse("admin:orders_order_refund", args=[order.pk])).text
    for one in ("₦4,500", "₦3,333.33"):
        assert f"{one} each" in dialog
        assert one in page(desk, order)
    assert "₦6,666.67" not in page(desk, order)


def test_its_returns_are_one_step_away(desk: Client, desk_of: Callable[..., Client]) -> None:
    order = delivered_order((VariantSizeFactory(on_hand=5), 1))
    assert "<u>Return " not in page(desk, order)
    found = returns.request(order.pk, {order.lines.get().pk: returns.Wish(1)}, "refund", "faulty", "", events.CUSTOMER)
    link = f'href="{reverse("admin:orders_return_change", args=[found.pk])}"'
    assert link in page(desk, order)
    assert link not in page(desk_of("orders.view_order"), order)

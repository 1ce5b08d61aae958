"""Where paying at the door is offered: by method, zone and total, at checkout, over the API and in the help."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import VariantSize
from core.errors import ShopError
from orders import checkout
from orders.models import Order, Zone
from payments.models import Payment
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _offered(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5)


def _switched_off(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank", "cash"]


def _elsewhere(settings: Any) -> None:
    Zone.objects.update(pay_on_delivery=False)


def _too_dear(settings: Any) -> None:
    settings.PAY_ON_DELIVERY_MAX_NAIRA = 12_499


@pytest.mark.parametrize("why", [_switched_off, _elsewhere, _too_dear])
def test_where_it_is_not_offered_nobody_has_it(
    client: Client, settings: Any, size: VariantSize, why: Callable[[Any], None]
) -> None:
    held = bag_with((size, 1))
    quoted = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}
    address = f"/api/v1/bags/{held.token}/quote/"
    assert client.post(address, quoted, content_type="application/json").json()["pay_on_delivery"] is True
    why(settings)
    assert client.post(address, quoted, content_type="application/json").json()["pay_on_delivery"] is False
    with pytest.raises(ShopError) as refused:
        checkout.place_order(held, ADA, LAGOS_ISLAND, pay_on_delivery=True)
    assert (refused.value.code, refused.value.field) == ("not_on_delivery", "pay_on_delivery")
    assert not Order.objects.exists()


def test_in_dollars_the_currency_is_the_reason_and_not_the_address(settings: Any, size: VariantSize) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate()
    with pytest.raises(ShopError, match="Orders in USD are paid with Paystack, before") as refused:
        checkout.place_order(bag_with((size, 1)), ADA, LAGOS_ISLAND, currency="USD", pay_on_delivery=True)
    assert (refused.value.code, refused.value.field) == ("not_on_delivery", "pay_on_delivery")


def test_an_order_with_nothing_to_pay_is_not_paid_at_the_door(size: VariantSize) -> None:
    DiscountFactory(code="", basis_points=10_000)
    Zone.objects.update(fee_kobo=0)
    with pytest.raises(ShopError):
        placed_order((size, 1), pay_on_delivery=True)


FORM = {
    "email": "ada@prechi.test",
    "full_name": "Ada Obi",
    "phone": "0803 123 4567",
    "country": "NG",
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "12 Admiralty Way",
    "consent": "on",
}


def test_checkout_offers_it_and_leads_to_the_order_instead_of_paystack(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    page = client.post("/checkout/", {**FORM, "update": "1"}).text
    assert "In cash, when it is handed to you" in page
    answer = client.post("/checkout/", {**FORM, "pay_on_delivery": "on", "expected_total": "1250000"})
    order = Order.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.token}/")
    text = client.get(f"/orders/{order.token}/").text
    assert "at the door" in text
    assert "Held for you until" not in text
    assert not Payment.objects.exists()


def test_checkout_says_why_it_is_not_to_be_had(client: Client, settings: Any, size: VariantSize) -> None:
    settings.PAY_ON_DELIVERY_MAX_NAIRA = 12_000
    client.post("/bag/", {"sku": size.sku})
    assert "In cash" not in client.post("/checkout/", {**FORM, "update": "1"}).text
    answer = client.post("/checkout/", {**FORM, "pay_on_delivery": "on", "expected_total": "1250000"})
    assert (answer.status_code, "Up to ₦12,000 can be paid at the door" in answer.text) == (400, True)


def test_over_the_api(client: Client, size: VariantSize) -> None:
    held = bag_with((size, 1))
    address = {name: FORM[name] for name in ("country", "state", "area", "street")}
    asked = {"bag": held.token, "address": address, "pay_on_delivery": True}
    asked |= {name: FORM[name] for name in ("email", "full_name", "phone")}
    found = client.post("/api/v1/orders/", asked, content_type="application/json").json()
    assert found["pay_on_delivery"] is True
    assert [told["code"] for told in found["notices"]] == ["pay_on_delivery"]


def test_help_tells_where_and_up_to_what(client: Client, settings: Any) -> None:
    asked = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}
    assert "Orders of up to ₦100,000 can be paid there in cash" in client.get("/help/delivery/", asked).text
    assert f"up to ₦100,000 can be paid in cash when they are handed over: to {lagos().name}." in (
        client.get("/help/questions/").text
    )
    settings.OFFLINE_METHODS = []
    assert "in cash" not in client.get("/help/delivery/", asked).text + client.get("/help/questions/").text

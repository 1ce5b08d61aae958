"""A courier's price that is not paid for days ends by the database's clock: its link says so, nobody begins to pay it,
and staff find the order among those to price. What was begun in time still pays it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import checkout, delivery_quotes, events
from orders.delivery import Destination
from orders.models import DeliveryQuote, Order
from payments import attempts, audit, offline, settlement
from payments.models import Payment
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import ADA, VariantSizeFactory, bag_with, paid
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db
FEE = 4_500_000
TO_PRICE = "/admin/orders/order/?view=to_price"


@pytest.fixture
def order(settings: Any) -> Order:
    settings.DELIVERY_QUOTE_DAYS = 7
    return paid(checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA")))


def priced(order: Order, amount: int = FEE) -> DeliveryQuote:
    return delivery_quotes.make(order.pk, amount, events.SYSTEM)


def mail() -> str:
    return outbox.compose(OutgoingMail.objects.get(kind="delivery-quote")).text


def over(quote: DeliveryQuote) -> DeliveryQuote:
    """A moment ago."""
    DeliveryQuote.objects.filter(pk=quote.pk).update(expires_at=Now() - timedelta(seconds=1))
    quote.refresh_from_db()
    return quote


def test_it_holds_for_the_days_of_the_setting_and_says_until_when(client: Client, order: Order) -> None:
    quote = priced(order)
    assert quote.expires_at is not None
    quote.refresh_from_db()
    assert timedelta(days=7) <= quote.expires_at - quote.created_at < timedelta(days=8)
    assert f"{localtime(quote.expires_at):%H:%M}" == "23:59"  # a day is told, so it holds all of it
    day = delivery_quotes.last_day(quote)
    assert f"The price holds until {day}." in mail()
    assert "The price holds until" in client.get(quote.get_absolute_url()).text
    told = client.get(f"/api/v1/orders/{order.token}/").json()["delivery"]["price"]
    assert told["expires_at"].startswith(f"{quote.expires_at:%Y-%m-%dT%H}")


def test_without_the_setting_it_holds_until_another_one(client: Client, order: Order, settings: Any) -> None:
    settings.DELIVERY_QUOTE_DAYS = 0
    quote = priced(order)
    assert quote.expires_at is None
    assert "holds until" not in client.get(quote.get_absolute_url()).text
    assert "holds until" not in mail()
    assert client.get(f"/api/v1/orders/{order.token}/").json()["delivery"]["price"]["expires_at"] is None


def test_its_link_says_that_it_ended_and_nobody_begins_to_pay_it(client: Client, order: Order) -> None:
    quote = over(priced(order))
    page = client.get(quote.get_absolute_url()).text
    assert f"held until {delivery_quotes.last_day(quote)}" in page
    assert "with Paystack" not in page
    assert "held until" in client.get(order.get_absolute_url()).text
    assert quote.get_absolute_url() not in client.get(order.get_absolute_url()).text
    answer = client.post(quote.get_absolute_url(), follow=True)
    assert "We ask again" in answer.text
    refused = client.post(f"/api/v1/orders/{order.token}/delivery/payments/", headers={"Idempotency-Key": "a" * 20})
    assert (refused.status_code, refused.json()["code"]) == (409, "quote_ended")
    with pytest.raises(Conflict, match="held until"):
        attempts.start(order, quote)
    assert not Payment.objects.filter(quote=quote).exists()


def test_staff_find_it_among_those_to_price_and_price_it_again(desk: Client, client: Client, order: Order) -> None:  # noqa: F811
    quote = priced(order)
    assert order.number not in desk.get(TO_PRICE).text
    over(quote)
    assert order.number in desk.get(TO_PRICE).text
    assert "view=to_price" in desk.get("/admin/").text
    address = reverse("admin:orders_order_quote_delivery", args=[order.pk])
    assert "It holds 7 days." in desk.get(address).text
    # The same price once more is a new one: the old link stays ended.
    desk.post(address, {"_form_submitted": "on", "amount": "45,000", "note": ""}, follow=True)
    new = DeliveryQuote.objects.exclude(pk=quote.pk).get()
    assert (new.state, new.amount_subunit) == ("open", FEE)
    assert order.number not in desk.get(TO_PRICE).text
    assert "This price was replaced." in client.get(quote.get_absolute_url()).text


def test_what_was_begun_in_time_pays_it(sandbox: Sandbox, order: Order) -> None:
    quote = priced(order)
    payment = attempts.start(order, quote)
    over(quote)
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    quote.refresh_from_db()
    order.refresh_from_db()
    assert (quote.state, order.quote_status) == ("paid", "paid")
    assert not audit.violations()


def test_money_that_staff_saw_pays_it(order: Order, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank"]
    quote = over(priced(order))
    offline.record(order.pk, "bank", "GTB-1", FEE, events.SYSTEM)
    quote.refresh_from_db()
    assert quote.state == "paid"

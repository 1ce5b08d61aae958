"""Money that staff saw themselves, in cash or at the door: nobody is told that it goes back the way it came, or by a
bank."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import VariantSize
from mailing import outbox
from mailing.models import OutgoingMail
from orders import checkout, delivery_quotes, events, lifecycle, return_changes, returns
from orders.delivery import Destination
from orders.models import Order, Zone
from orders.returns import Wish
from payments import cancellation, offline, refunds
from payments.models import Refund
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    VariantSizeFactory,
    bag_with,
    lagos,
    paid,
    placed_order,
)

pytestmark = pytest.mark.django_db
STAFF = events.Actor("fulfilment@prechi.test")
UNTRUE = ("the way you paid", "the way it came", "your bank", "a bank", "working days to show it")


@pytest.fixture(autouse=True)
def _offered(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["cash", "on_delivery"]


def in_cash(size: VariantSize) -> Order:
    return pay(placed_order((size, 1)))


def at_the_door(size: VariantSize) -> Order:
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = checkout.place_order(bag_with((size, 1)), ADA, LAGOS_ISLAND, pay_on_delivery=True)
    lifecycle.pack(order.pk, STAFF)
    return pay(order)


def pay(order: Order, reference: str = "Slip 1") -> Order:
    amount = offline.due(order)[0].amount
    offline.record(order.pk, "cash", reference, amount, STAFF)
    return now(order)


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def sent(order: Order) -> Order:
    if order.status == "paid":
        lifecycle.pack(order.pk, STAFF)
    return lifecycle.ship(order.pk, STAFF, "GIG")


def said(kind: str) -> str:
    mail = outbox.compose(OutgoingMail.objects.filter(kind=kind).latest("pk"))
    return mail.text + mail.html


def page_and_notices(client: Client, order: Order) -> str:
    notices = client.get(f"/api/v1/orders/{order.token}/").json()["notices"]
    return client.get(order.get_absolute_url()).text + "".join(notice["message"] for notice in notices)


def assert_true_of_cash(text: str) -> None:
    assert [word for word in UNTRUE if word in text] == []


@pytest.fixture(params=[in_cash, at_the_door], ids=["in cash", "at the door"])
def order(request: pytest.FixtureRequest) -> Order:
    return request.param(VariantSizeFactory(on_hand=5))  # type: ignore[no-any-return]


def test_cancelled(order: Order, client: Client) -> None:
    assert_true_of_cash(page_and_notices(client, order))
    cancellation.cancel(order, STAFF, by_staff=True)
    assert f"We refund {order.total}. We write when we have sent it." in said("order-cancelled-paid")
    assert_true_of_cash(said("order-cancelled-paid"))
    page = page_and_notices(client, order)
    assert "Its money goes back to you. We write to ada@prechi.test at each step." in page
    assert "Your money goes back to you." in page
    assert_true_of_cash(page)

    refund = Refund.objects.get()
    Refund.objects.update(state="needs-attention")
    refunds.given_by_hand(refund.pk, STAFF, "In the shop")
    page = page_and_notices(client, order)
    assert "Its money was given back to you." in page
    assert "Your money was given back to you." in page
    assert_true_of_cash(page)


def test_lost_on_its_way(order: Order) -> None:
    cancellation.end_not_arrived(sent(order).pk, STAFF, "Lost", restock=False)
    assert "We write when we have sent it." in said("order-not-arrived")
    assert_true_of_cash(said("order-not-arrived"))


def test_sent_back(order: Order) -> None:
    lifecycle.deliver(sent(order).pk, STAFF)
    line = order.lines.get()
    assert line.variant_size
    other = VariantSizeFactory(variant=line.variant_size.variant, size__name="L", on_hand=5)
    found = returns.request(order.pk, {line.pk: Wish(1, other.sku)}, "exchange", "size", "", events.CUSTOMER)
    returns.approve(found.pk, STAFF)
    return_changes.give_money_instead(found.pk, STAFF)
    returns.receive(found.pk, {found.lines.get().pk: "sound"}, STAFF)
    assert "When it is here, we give your money back to you." in said("return-changed")
    assert "We give your money back to you, and write when it is on its way." in said("return-received")
    for kind in ("return-changed", "return-received"):
        assert_true_of_cash(said(kind))


def test_for_money_from_the_beginning(order: Order) -> None:
    lifecycle.deliver(sent(order).pk, STAFF)
    found = returns.request(order.pk, {order.lines.get().pk: Wish(1)}, "refund", "size", "", events.CUSTOMER)
    returns.approve(found.pk, STAFF)
    assert "When it is here, we give your money back to you." in said("return-approved")
    assert_true_of_cash(said("return-approved"))


def test_only_the_delivery_in_cash(client: Client) -> None:
    """What paid the pieces goes back by its bank, so neither way is promised."""
    order = paid(checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA")))
    delivery_quotes.make(order.pk, 4_500_000, STAFF)
    cancellation.cancel(pay(now(order)), STAFF)
    assert_true_of_cash(said("order-cancelled-paid"))
    assert_true_of_cash(page_and_notices(client, order))


def test_what_paystack_took_still_goes_back_the_way_it_came(client: Client) -> None:
    order = paid(placed_order())
    assert "which takes a bank 3 to 10 working days" in page_and_notices(client, order)
    cancellation.cancel(order, STAFF)
    assert "the way you paid; your bank may take some days to show it." in said("order-cancelled-paid")
    page = page_and_notices(client, order)
    assert "Its money goes back the way you paid" in page
    assert "Your money goes back the way you paid." in page

"""Nobody fills somebody else's mailbox by ordering and cancelling in their name."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts import tries
from accounts.models import FailedSignIn
from mailing.models import OutgoingMail
from orders import checkout, events
from orders.models import Order, Zone
from payments import cancellation
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "CANCELLED_PER_ACCOUNT", 3)


def cancel(client: Client, order: Order) -> Any:
    return client.post(f"/api/v1/orders/{order.token}/cancel/", content_type="application/json")


def test_after_some_the_order_waits_for_its_end(client: Client) -> None:
    assert [cancel(client, placed_order()).status_code for _ in range(3)] == [200, 200, 200]
    order = placed_order()
    answer = cancel(client, order)
    assert answer.status_code == 429
    assert "ends by itself" in answer.text
    assert Order.objects.get(pk=order.pk).status == "pending_payment"
    assert OutgoingMail.objects.filter(kind="order-cancelled").count() == 3


def test_tags_and_dots_are_the_same_mailbox(client: Client) -> None:
    spellings = ["ada@gmail.com", "ada+1@gmail.com", "a.da@gmail.com", "ADA+2@gmail.com"]
    lagos()
    orders = [
        checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), replace(ADA, email=email), LAGOS_ISLAND)
        for email in spellings
    ]
    assert [cancel(client, order).status_code for order in orders] == [200, 200, 200, 429]


def test_the_page_says_so_too(client: Client) -> None:
    for _ in range(3):
        cancel(client, placed_order())
    order = placed_order()
    answer = client.post(f"/orders/{order.token}/cancel/", follow=True)
    assert "ends by itself" in answer.text
    assert Order.objects.get(pk=order.pk).status == "pending_payment"


def test_what_is_paid_at_the_door_does_not_end_by_itself(client: Client, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    answers = [cancel(client, placed_order(pay_on_delivery=True)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "Write to us to cancel this one" in answers[-1].text


def test_the_same_order_twice_counts_once(client: Client) -> None:
    order = placed_order()
    assert [cancel(client, order).status_code for _ in range(5)] == [200] * 5
    assert FailedSignIn.objects.count() == 1


def test_staff_cancel_as_many_as_they_like() -> None:
    for _ in range(4):
        assert cancellation.cancel(placed_order(), events.SYSTEM, "Test.", by_staff=True).status == "cancelled"
    assert not FailedSignIn.objects.exists()

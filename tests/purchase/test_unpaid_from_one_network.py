"""Whoever writes another name each time holds so many pieces unpaid from one network and no more."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from orders import checkout, lifecycle
from orders.events import CUSTOMER
from orders.models import Order
from orders.unpaid import TooManyFromHere
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, lagos, paid

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.7", "192.0.2.8"
MAX = 3
FORM = {
    "full_name": "Ada",
    "country": "NG",
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "1",
    "consent": "on",
    "expected_total": "1250000",
}


@pytest.fixture(autouse=True)
def _a_limit(settings: Any) -> None:
    lagos()
    settings.UNPAID_ORDERS_OF_NETWORK_MAX = MAX


def order(network: str = HERE, user: User | None = None) -> Order:
    number = Order.objects.count()
    somebody = replace(ADA, email=f"a{number}@prechi.test", phone=f"+23480312340{number:02}", network_address=network)
    return checkout.place_order(bag_with((VariantSizeFactory(), 1)), somebody, LAGOS_ISLAND, user=user)


@pytest.fixture
def full() -> list[Order]:
    return [order() for _ in range(MAX)]


def refused() -> bool:
    with pytest.raises(TooManyFromHere):
        order()
    return Order.objects.count() == MAX


@pytest.mark.usefixtures("full")
def test_one_more_is_refused_and_holds_nothing() -> None:
    size = VariantSizeFactory(on_hand=1)
    bag = bag_with((size, 1))
    with pytest.raises(TooManyFromHere) as told:
        checkout.place_order(bag, replace(ADA, network_address=HERE), LAGOS_ISLAND)
    size.refresh_from_db()
    bag.refresh_from_db()
    assert (told.value.status, size.reserved, bag.state) == (429, 0, "open")
    assert "Nothing was ordered" in told.value.message


@pytest.mark.usefixtures("full")
def test_neither_others_nor_accounts_nor_staff_are_held_up() -> None:
    member: User = UserFactory()
    member.save()
    assert {order(THERE).status, order(user=member).status, order("").status} == {"pending_payment"}


def test_paying_or_cancelling_one_makes_room(full: list[Order]) -> None:
    assert refused()
    paid(full[0])
    order()
    lifecycle.cancel(full[1].pk, CUSTOMER)
    order()


def test_orders_of_accounts_are_not_counted() -> None:
    for _ in range(MAX):
        member: User = UserFactory()
        member.save()
        order(user=member)
    assert order().status == "pending_payment"


def test_the_address_itself_is_not_kept() -> None:
    assert len(order().ordered_from) == 32
    assert HERE not in order().ordered_from


def test_it_is_told_on_the_page_and_by_the_api(client: Client) -> None:
    def by_page(number: int) -> int:
        client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
        form = FORM | {"email": f"p{number}@prechi.test", "phone": f"080312341{number:02}"}
        return client.post("/checkout/", form, REMOTE_ADDR=HERE).status_code

    def by_api(number: int) -> Any:
        bag = bag_with((VariantSizeFactory(), 1)).token
        address = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "12 Admiralty Way"}
        asked = {"bag": bag, "email": f"q{number}@prechi.test", "full_name": "Ada", "phone": f"+23480312342{number:02}"}
        return Client().post("/api/v1/orders/", asked | {"address": address}, "application/json", REMOTE_ADDR=HERE)

    assert [by_page(0), by_page(1), by_api(0).status_code] == [307, 307, 201]
    assert by_page(2) == 429
    answer = by_api(1)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_unpaid_here")
    assert Order.objects.count() == MAX

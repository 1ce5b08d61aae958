"""Whoever writes another name each time holds so many pieces unpaid from one network and no more."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from core.bodies import address_of
from orders import checkout, lifecycle
from orders.events import CUSTOMER
from orders.models import Order
from orders.unpaid import TooManyFromHere, network_key
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


@pytest.mark.parametrize(
    ("first", "is_same"),
    [("2001:db8:1:2::", True), ("2001:0DB8:1:2:ffff::", True), ("2001:db8:1:3::", False), ("fe80::1%eth0", False)],
)
def test_whoever_has_a_network_of_addresses_is_counted_by_the_network(
    client: Client, settings: Any, first: str, is_same: bool
) -> None:
    """Of IPv6 each home has more addresses than it could ever use up."""
    settings.UNPAID_ORDERS_OF_NETWORK_MAX = 1

    def by_page(number: int, address: str) -> int:
        client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
        form = FORM | {"email": f"p{number}@prechi.test", "phone": f"080312341{number:02}"}
        return client.post("/checkout/", form, REMOTE_ADDR=address).status_code

    assert [by_page(0, first), by_page(1, "2001:db8:1:2::77")] == [307, 429 if is_same else 307]


def test_an_old_address_in_the_new_form_is_the_same_network() -> None:
    told = [RequestFactory().get("/", REMOTE_ADDR=address) for address in (HERE, f"::ffff:{HERE}")]
    assert len({network_key(address_of(request)) for request in told}) == 1


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

"""Somebody orders, or sends something back, in the moment in which they are erased: the order keeps its person."""

from typing import Any

import pytest
from django.db import transaction

from accounts import privacy
from accounts.models import User
from core import personal
from core.errors import Conflict
from core.personal import NotYet, Person
from orders import checkout, events, returns
from orders.models import Order
from orders.returns import Wish
from tests.concurrency.crowd import at_once, behind
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, delivered_order, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ada() -> User:
    return UserFactory(email="ada.o@prechi.test")


def order_meanwhile(ada: User, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Between the first look, which takes no lock, and the lock on the orders."""
    lagos()
    bag = bag_with((VariantSizeFactory(on_hand=2), 1))

    def look_and_order(person: Person) -> None:
        personal.refuse_what_is_under_way(person)
        [placed] = at_once([lambda: checkout.place_order(bag, ADA, LAGOS_ISLAND, user=ada)])
        assert isinstance(placed, Order)

    monkeypatch.setattr(privacy, "refuse_what_is_under_way", look_and_order)
    [erased] = at_once([lambda: privacy.erase(ada.pk)])
    return erased


def send_back_meanwhile() -> Any:
    order = delivered_order((VariantSizeFactory(on_hand=2), 1))
    with transaction.atomic():
        wish = {order.lines.get().pk: Wish(1)}
        returns.request(order.pk, wish, "refund", "size", "", events.CUSTOMER)
        erased = behind(lambda: privacy.erase_guest(order.email))
    return erased()


def test_an_order_that_is_being_placed_keeps_its_person(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(order_meanwhile(ada, monkeypatch), NotYet)
    assert Order.objects.get().full_name == ADA.full_name


def test_a_return_that_is_being_asked_for_keeps_its_person() -> None:
    assert isinstance(send_back_meanwhile(), NotYet)
    assert Order.objects.get().full_name == ADA.full_name


def test_without_the_second_look_they_would_be_lost(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr("orders.personal.refuse_what_is_under_way", lambda person: None)
    assert send_back_meanwhile() is None
    assert order_meanwhile(ada, monkeypatch) is None
    assert {order.full_name for order in Order.objects.all()} == {personal.ERASED_NAME}


def test_of_an_erased_person_nothing_comes_back() -> None:
    order = delivered_order((VariantSizeFactory(on_hand=2), 1))
    privacy.erase_guest(order.email)
    with pytest.raises(Conflict, match="not within them"):
        returns.request(order.pk, {order.lines.get().pk: Wish(1)}, "refund", "size", "", events.CUSTOMER)

"""One person holds so many pieces unpaid and no more; who paid, cancelled or is somebody else is not held up."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.email_addresses import EmailKey, email_key
from core.errors import Conflict
from orders import checkout, lifecycle
from orders.checkout import Contact
from orders.events import CUSTOMER
from orders.models import Order
from orders.unpaid import TooManyUnpaid
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
MAX = 2
BOB = Contact(email="bob@prechi.test", full_name="Bob", phone="+2348099999999", street="1 Broad Street")


@pytest.fixture(autouse=True)
def _a_limit(settings: Any) -> None:
    lagos()
    settings.UNPAID_ORDERS_MAX = MAX


def order(contact: Contact = ADA, user: User | None = None) -> Order:
    return checkout.place_order(bag_with((VariantSizeFactory(), 1)), contact, LAGOS_ISLAND, user=user)


def customer() -> User:
    user: User = UserFactory()
    user.save()
    return user


def refused(contact: Contact = ADA, user: User | None = None) -> TooManyUnpaid:
    before = Order.objects.count()
    with pytest.raises(TooManyUnpaid) as refusal:
        order(contact, user)
    assert Order.objects.count() == before
    return refusal.value


@pytest.mark.parametrize(
    "same",
    [
        ADA,
        replace(ADA, phone="+2348000000001"),
        replace(ADA, phone="+2348000000001", email="A.da+shop@Prechi.Test"),
        replace(BOB, phone=ADA.phone),
    ],
    ids=["the same", "another phone", "another spelling", "another address"],
)
def test_one_more_is_refused_and_said_why(same: Contact) -> None:
    for _ in range(MAX):
        order()
    told = refused(same)
    assert (told.status, told.code, told.field) == (409, "too_many_unpaid", "email")
    assert "Pay or cancel one" in told.message
    assert "PR-" not in told.message


def test_others_are_not_held_up() -> None:
    for _ in range(MAX):
        order()
    assert order(BOB).status == "pending_payment"


def test_cancelling_one_makes_room() -> None:
    first = order()
    order()
    refused()
    lifecycle.cancel(first.pk, CUSTOMER)
    assert order().status == "pending_payment"


def test_the_same_bag_again_is_no_further_order() -> None:
    bag = bag_with((VariantSizeFactory(), 1))
    placed = [checkout.place_order(bag, ADA, LAGOS_ISLAND) for _ in range(MAX + 1)]
    assert len({each.pk for each in placed}) == 1


def test_guests_who_use_somebodys_address_do_not_hold_up_the_account() -> None:
    ada = customer()
    for _ in range(MAX):
        order()
    assert order(user=ada).user == ada
    order(user=ada)
    refused(user=ada)


def test_the_page_says_it_at_the_address(client: Client) -> None:
    for _ in range(MAX):
        order()
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    form = {"email": ADA.email, "full_name": "Ada", "phone": "08031234567", "country": "NG", "state": "Lagos"}
    form |= {"area": "Eti-Osa", "street": "1", "consent": "on", "expected_total": "1250000"}
    answer = client.post("/checkout/", form)
    assert answer.status_code == 409
    assert "Pay or cancel one" in str(answer.context["form"].errors["email"])


@pytest.mark.parametrize(
    "email", ["ada@prechi.test", "A.D.A+x+y@Prechi.Test", "+@x.test", "a.b@sub.domain.test", "plain"]
)
def test_the_database_spells_as_the_code_does(email: str) -> None:
    placed = order(replace(ADA, email=email))
    assert Order.objects.annotate(key=EmailKey("email")).get(pk=placed.pk).key == email_key(email)


def test_the_bag_of_somebody_else_does_not_give_their_order() -> None:
    bag = bag_with((VariantSizeFactory(), 1))
    placed = checkout.place_order(bag, ADA, LAGOS_ISLAND)
    again = partial(checkout.place_order, bag, destination=LAGOS_ISLAND)
    assert again(contact=replace(ADA, email="ADA@prechi.test")) == placed
    with pytest.raises(Conflict, match="another e-mail address"):
        again(contact=BOB)

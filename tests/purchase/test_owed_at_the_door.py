"""So many orders of one person are on their way to a door unpaid, and no more; everything else of theirs goes on."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from orders import checkout, events, lifecycle
from orders.checkout import Contact
from orders.models import Order, Zone
from orders.unpaid import TooManyAtTheDoor
from payments import offline
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
STAFF = events.Actor("fulfilment@prechi.test")


@pytest.fixture(autouse=True)
def _offered(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)


def order(contact: Contact, user: User | None = None, *, pay_on_delivery: bool = True) -> Order:
    held = bag_with((VariantSizeFactory(), 1))
    return checkout.place_order(held, contact, LAGOS_ISLAND, user=user, pay_on_delivery=pay_on_delivery)


def sent(order: Order) -> Order:
    lifecycle.pack(order.pk, STAFF)
    return lifecycle.ship(order.pk, STAFF, "GIG")


@pytest.mark.parametrize(
    "same",
    [ADA, replace(ADA, phone="+2348000000001", email="A.da+shop@Prechi.Test"), replace(ADA, email="bob@prechi.test")],
    ids=["the same", "another spelling and phone", "another address"],
)
def test_so_many_of_one_person_are_owed_at_once_on_their_way_too(settings: Any, same: Contact) -> None:
    settings.PAY_ON_DELIVERY_ORDERS_MAX = 3
    order(ADA)
    packed, shipped = order(ADA), order(ADA)
    lifecycle.pack(packed.pk, STAFF)
    sent(shipped)
    with pytest.raises(TooManyAtTheDoor, match="Pay this one with Paystack") as refused:
        order(same)
    assert (refused.value.status, refused.value.field) == (409, "pay_on_delivery")
    assert order(same, pay_on_delivery=False).status == "pending_payment"
    offline.record(shipped.pk, "cash", "Slip 1", shipped.total_subunit, STAFF)
    assert order(same).pay_on_delivery


def test_somebody_else_and_an_account_have_their_own_count(settings: Any) -> None:
    settings.PAY_ON_DELIVERY_ORDERS_MAX = 1
    sent(order(ADA))
    user = UserFactory()
    user.save()
    sent(order(ADA, user))
    with pytest.raises(TooManyAtTheDoor, match="of yours"):
        order(ADA, user)
    assert order(replace(ADA, email="bob@prechi.test", phone="+2348099999999")).pay_on_delivery


def test_the_page_says_it_at_the_way_to_pay(client: Client, settings: Any) -> None:
    settings.PAY_ON_DELIVERY_ORDERS_MAX = 1
    sent(order(ADA))
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    form = {"email": ADA.email, "full_name": "Ada", "phone": "08031234567", "country": "NG", "state": "Lagos"}
    form |= {"area": "Eti-Osa", "street": "1", "consent": "on", "expected_total": "1250000"}
    answer = client.post("/checkout/", form | {"pay_on_delivery": "on"})
    assert answer.status_code == 409
    assert "Pay this one with Paystack" in str(answer.context["form"].errors["pay_on_delivery"])
    assert Order.objects.count() == 1

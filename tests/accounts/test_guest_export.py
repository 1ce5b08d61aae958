"""Staff hand out to a guest what the shop keeps under their address, and nothing of anybody's account."""

import json
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts import privacy
from accounts.models import User
from orders import checkout, events, lifecycle
from tests.admin.conftest import desk as desk
from tests.admin.conftest import owner as owner
from tests.factories import ADA, LAGOS_ISLAND, UserFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
CONTACT = replace(ADA, email="Adaeze@Prechi.test")


def test_hand_out_to_a_guest_what_is_theirs_and_nobody_elses(
    desk: Client,
) -> None:
    lagos()
    size = VariantSizeFactory(on_hand=9)
    ada: User = UserFactory(email="adaeze@prechi.test")
    ada.save()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    mine = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND)
    upper = checkout.place_order(bag_with((size, 1)), replace(CONTACT, email=CONTACT.email.upper()), LAGOS_ISLAND)
    of_account = checkout.place_order(bag_with((size, 1)), CONTACT, LAGOS_ISLAND, user=ada)
    checkout.place_order(bag_with((size, 1)), replace(CONTACT, email="bola@prechi.test"), LAGOS_ISLAND)
    address = reverse("admin:orders_order_hand_out_customer", args=[mine.pk])
    assert address in desk.get(reverse("admin:orders_order_change", args=[mine.pk])).text
    answer = desk.get(address)
    told = json.loads(answer.content)
    assert [row["number"] for row in told["orders"]] == [mine.number, upper.number]
    assert told["orders"][0]["street"] == mine.street
    assert not told.get("account")
    assert "attachment" in answer["Content-Disposition"]
    assert LogEntry.objects.filter(object_id=mine.pk, change_message__contains="Handed out").exists()

    page = desk.get(reverse("admin:orders_order_change", args=[of_account.pk])).text
    assert "hand_out_customer" not in page
    assert "Their data" not in page
    told = desk.get(reverse("admin:orders_order_hand_out_customer", args=[of_account.pk]), follow=True).text
    assert "belongs to an account" in told


def test_of_who_was_erased_nothing_is_left_to_hand_out(desk: Client) -> None:
    lagos()
    order = checkout.place_order(bag_with((VariantSizeFactory(), 1)), CONTACT, LAGOS_ISLAND)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    privacy.erase_guest(order.email)
    address = reverse("admin:orders_order_hand_out_customer", args=[order.pk])
    assert address not in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    assert "was erased" in desk.get(address, follow=True).text

"""The form of a new order makes one order, however often it is sent: a double click, the Back button and again."""

from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import VariantSize
from orders import staff_orders
from orders.baskets import Wanted
from orders.events import SYSTEM
from orders.models import Bag, Order
from tests.admin.conftest import messages_of
from tests.admin.test_staff_orders import ADD, CUSTOMER
from tests.admin.test_staff_orders import size as size
from tests.concurrency.crowd import at_once, gathering
from tests.factories import ADA, LAGOS_ISLAND

pytestmark = pytest.mark.django_db

CLICKS = 6


def new_form(staff: Client) -> str:
    """Its address, which is its own."""
    answer = staff.get(ADD)
    assert answer.status_code == 302
    assert staff.get(answer["Location"]).status_code == 200
    return str(answer["Location"])


def test_sent_twice_it_leads_to_the_first_order(desk: Client, size: VariantSize) -> None:
    form = new_form(desk)
    for told in ("is made. Send its link", "was made with this form already, and no second one"):
        answer: Any = desk.post(form, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "2"}, follow=True)
        order = Order.objects.get()
        assert answer.redirect_chain == [(reverse("admin:orders_order_change", args=[order.pk]), 302)]
        assert told in messages_of(answer)
    size.refresh_from_db()
    assert size.reserved == 2


def test_also_where_its_pieces_are_gone_or_it_says_something_else(desk: Client, size: VariantSize) -> None:
    form = new_form(desk)
    desk.post(form, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "5"})
    for other in ({}, {"email": "else@prechi.test"}, {"email": "wrong"}):
        answer = desk.post(form, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "5", **other}, follow=True)
        assert f"Order {Order.objects.get().number} was made with this form already" in messages_of(answer)


def test_nobody_fills_it_in_again_for_nothing(desk: Client, size: VariantSize) -> None:
    """The Back button and the address bar lead to it, and what somebody wrote there would be lost."""
    form = new_form(desk)
    desk.post(form, {**CUSTOMER, "piece_1": size.sku})
    page = reverse("admin:orders_order_change", args=[Order.objects.get().pk])
    for answer in (desk.get(form, follow=True), desk.post(form, {**CUSTOMER, "show": "1"}, follow=True)):
        assert answer.redirect_chain == [(page, 302)]
        assert "was made with this form already" in messages_of(answer)


@pytest.mark.django_db(transaction=True)
def test_what_was_refused_is_mended_on_the_same_form(desk: Client, size: VariantSize) -> None:
    form = new_form(desk)
    assert desk.post(form, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "6"}).status_code == 400
    assert not Bag.objects.exists()
    assert desk.post(form, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "5"}).status_code == 302
    assert Order.objects.count() == 1


def test_each_form_is_a_new_one(desk: Client, size: VariantSize) -> None:
    for _ in range(2):
        desk.post(new_form(desk), {**CUSTOMER, "piece_1": size.sku})
    assert Order.objects.count() == 2


def test_a_form_is_no_way_to_the_bag_of_a_customer(desk: Client, size: VariantSize) -> None:
    theirs = Bag.objects.create()
    desk.post(f"{ADD}?form={theirs.token}", {**CUSTOMER, "piece_1": size.sku})
    assert (Bag.objects.get(pk=theirs.pk).state, Order.objects.count()) == ("open", 1)


def clicks(size: VariantSize) -> list[Order | Exception]:
    make = partial(staff_orders.make, [Wanted([size.sku])], ADA, LAGOS_ISLAND, SYSTEM, form="a-form")
    return at_once([make] * CLICKS)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_every_click_of_many_at_once_gets_the_same_order(size: VariantSize) -> None:
    results = clicks(size)
    assert all(isinstance(result, Order) for result in results), results
    assert Order.objects.count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_without_a_bag_of_the_form_each_click_would_make_one(
    size: VariantSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    two_have_looked = gathering(2)

    def another(form: str) -> Bag:
        two_have_looked()
        return Bag.objects.create()

    monkeypatch.setattr(staff_orders, "_bag_of", another)
    clicks(size)
    assert Order.objects.count() > 1

"""Staff find orders and payments by a phone number as people write it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel.phone_search import as_kept
from orders import checkout
from orders.models import Order
from payments.models import Payment
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    lagos()
    contact = replace(ADA, phone="+2348031230001")
    order = checkout.place_order(bag_with((VariantSizeFactory(), 1)), contact, LAGOS_ISLAND)
    Payment.objects.create(order=order, reference="PAY-1", amount_subunit=order.total_subunit, currency="NGN")
    placed_order()
    return order


@pytest.mark.parametrize(
    "written", ["08031230001", " 0803 123 0001", "0803-123-0001", "(0803) 1230001", "080312300", "+2348031230001"]
)
@pytest.mark.parametrize("of", ["orders_order", "payments_payment"])
def test_as_people_write_it(desk: Client, order: Order, of: str, written: str) -> None:
    answer = desk.get(reverse(f"admin:{of}_changelist"), {"q": written})
    assert [row.number if of == "orders_order" else row.order.number for row in answer.context["cl"].result_list] == [
        order.number
    ]


def test_what_is_found_by_the_same_figures_is_found_still(desk: Client, order: Order) -> None:
    other = placed_order()
    Order.objects.filter(pk=other.pk).update(tracking_number="08031230001")
    answer = desk.get(reverse("admin:orders_order_changelist"), {"q": "08031230001"})
    assert {row.number for row in answer.context["cl"].result_list} == {order.number, other.number}


@pytest.mark.parametrize(
    "other", ["PR-100001", "0", "0803", "ada@prechi.test", "+2348031230001", "4099260516", "0x12345"]
)
def test_nothing_else_is_taken_for_a_number_of_a_phone(other: str) -> None:
    assert as_kept(other) == ""

"""Staff see to whom an invoice goes, find its order by that name, and write it down for whoever orders by WhatsApp."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import VariantSize
from orders.models import Order
from tests.admin.test_order_page import page
from tests.admin.test_staff_orders import ADD, CUSTOMER
from tests.admin.test_staff_orders import size as size
from tests.factories import ADA, placed_order
from tests.purchase.test_billing import BILLED, billed

BILLING = {"billing_name": "Eze Holdings", "billing_address": "9 Marina\r\nLagos"}


@pytest.mark.django_db
def test_the_order_shows_it(desk: Client) -> None:
    text = page(desk, billed())
    assert "Invoice to" in text
    assert "Obi &amp; Sons Ltd<br>4 Broad Street<br>Marina, Lagos" in text


@pytest.mark.django_db
def test_or_that_the_recipient_gets_it(desk: Client) -> None:
    text = page(desk, placed_order())
    assert "Invoice to" in text
    assert "The recipient" in text


@pytest.mark.django_db
def test_it_is_found_by_that_name(desk: Client) -> None:
    order, other = billed(contact=replace(BILLED, email="b@prechi.test")), billed(contact=ADA)
    found = desk.get(reverse("admin:orders_order_changelist"), {"q": "obi & sons"}).text
    assert order.number in found
    assert other.number not in found


def test_staff_write_it_down(desk: Client, size: VariantSize) -> None:
    asked = desk.get(ADD, follow=True).text
    assert "Name on the invoice" in asked
    assert "Address on the invoice" in asked
    desk.post(ADD, {**CUSTOMER, **BILLING, "piece_1": size.sku})
    order = Order.objects.get()
    assert (order.billing_name, order.billing_address) == ("Eze Holdings", "9 Marina\nLagos")
    assert order.full_name == "Chika Eze"


@pytest.mark.parametrize("missing", ["billing_name", "billing_address"])
def test_one_without_the_other_is_told_and_nothing_is_made(desk: Client, size: VariantSize, missing: str) -> None:
    answer = desk.post(ADD, {**CUSTOMER, **BILLING, missing: "", "piece_1": size.sku})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [missing]
    assert "goes on the invoice" in answer.text
    assert 'value="Chika Eze"' in answer.text
    assert not Order.objects.exists()


def test_it_stays_while_fields_of_a_country_are_shown(desk: Client, size: VariantSize) -> None:
    text = desk.post(ADD, {**CUSTOMER, **BILLING, "country": "GB", "show": "1"}).text
    assert 'value="Eze Holdings"' in text
    assert "9 Marina" in text

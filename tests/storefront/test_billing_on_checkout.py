"""Checkout asks nobody to whom the invoice goes: it is the recipient, unless somebody opens the fold and says so."""

import html
import re

import pytest
from django.test import Client

from orders.models import Order
from tests.factories import VariantSizeFactory, lagos
from tests.storefront.test_checkout_page import ABROAD, ADA, TOTAL

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Obi & Sons Ltd", "4 Broad Street\nMarina, Lagos\nTIN 1234-5678"
BILLING = {"billing_name": NAME, "billing_address": ADDRESS.replace("\n", "\r\n")}  # as browsers send it
FOLD = re.compile(r'<details class="fold billing"( open)?>(.*?)</details>', re.S)
CARD = "4084 0840 8408 4081"


@pytest.fixture
def shopper(client: Client) -> Client:
    """With one piece of ₦8,500 in the bag, in a shop that delivers to Lagos Island for ₦4,000."""
    lagos()
    client.post("/bag/", {"sku": VariantSizeFactory(on_hand=5).sku})
    return client


def fold(page: str) -> tuple[bool, str]:
    """Whether it is open, and what is in it."""
    found = FOLD.search(page)
    assert found
    return bool(found[1]), html.unescape(found[2])


def test_it_is_hidden_and_asks_a_browser_for_the_address_of_bills(shopper: Client) -> None:
    is_open, inside = fold(shopper.get("/checkout/").text)
    assert not is_open
    assert "The invoice goes to somebody else" in inside
    assert 'autocomplete="billing name"' in inside
    assert 'autocomplete="billing street-address"' in inside
    assert "(optional)" not in inside  # whoever opens it fills in both


def test_without_it_the_invoice_goes_to_the_recipient(shopper: Client) -> None:
    assert (
        shopper.post("/checkout/", {**ADA, **TOTAL, "billing_name": " ", "billing_address": "\r\n "}).status_code == 307
    )
    order = Order.objects.get()
    assert (order.billing_name, order.billing_address) == ("", "")


def test_the_order_keeps_what_was_written(shopper: Client) -> None:
    assert shopper.post("/checkout/", {**ADA, **TOTAL, **BILLING}).status_code == 307
    order = Order.objects.get()
    assert (order.billing_name, order.billing_address) == (NAME, ADDRESS)
    assert (order.full_name, order.street) == ("Ada Ọbị", "12 Admiralty Way")


def test_abroad_as_well(shopper: Client) -> None:
    assert shopper.post("/checkout/", {**ABROAD, **BILLING, "expected_total": "850000"}).status_code == 307
    assert Order.objects.get().billing_name == NAME


def test_lines_are_tidied_and_counted_as_people_count_them(shopper: Client) -> None:
    written = "  4\tBroad   Street \r\n\r\n\r\n Lagos \r\n"
    shopper.post("/checkout/", {**ADA, **TOTAL, **BILLING, "billing_address": written})
    assert Order.objects.get().billing_address == "4 Broad Street\nLagos"


def test_a_full_address_is_not_too_long_for_its_line_breaks(shopper: Client) -> None:
    written = "\r\n".join(["x" * 49] * 6)  # 299 characters, and one more for each break on its way here
    assert shopper.post("/checkout/", {**ADA, **TOTAL, **BILLING, "billing_address": written}).status_code == 307


@pytest.mark.parametrize(
    "change",
    [
        {"update": "1", "country": "GB"},
        {"update": "1"},
        {"remove_code": "1"},
        {"phone": "12"},
        {"expected_total": "1"},
        {},
    ],
    ids=["another country", "update", "code taken out", "an error elsewhere", "another price", "total not seen"],
)
def test_what_was_typed_stays_and_in_sight(shopper: Client, change: dict[str, str]) -> None:
    is_open, inside = fold(shopper.post("/checkout/", {**ADA, **BILLING, **change}).text)
    assert is_open
    assert f'value="{NAME}"' in inside
    assert "4 Broad Street\r\nMarina, Lagos" in inside
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"billing_name": ""}, "billing_name", "Write the name that goes on the invoice"),
        ({"billing_address": " \r\n "}, "billing_address", "Write the address that goes on the invoice"),
        ({"billing_name": "x" * 121}, "billing_name", "at most 120 characters"),
        ({"billing_address": "x" * 301}, "billing_address", "at most 300 characters"),
        ({"billing_address": "\r\n".join("123456789")}, "billing_address", "at most 8 lines"),
        ({"billing_name": "Obi\nSons"}, "billing_name", "on one line"),
        ({"billing_name": "\u202eibO"}, "billing_name", "control characters"),
        ({"billing_address": "4 Broad\u202e Street"}, "billing_address", "control characters"),
        ({"billing_address": "\u200b"}, "billing_address", "control characters"),
        ({"billing_address": "a\0b"}, "billing_address", "Null characters"),
        ({"billing_name": f"Obi {CARD}"}, "billing_name", "the number of a card"),
        ({"billing_address": f"Lagos\r\n{CARD}"}, "billing_address", "the number of a card"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_orders_nothing(
    shopper: Client, change: dict[str, str], field: str, told: str
) -> None:
    answer = shopper.post("/checkout/", {**ADA, **TOTAL, **BILLING, **change})
    assert answer.status_code == 400
    assert f'<li data-of="{field}"><a href="#id_{field}">' in answer.text
    is_open, inside = fold(answer.text)
    assert is_open
    assert f'id="id_{field}_error"' in inside
    assert told in inside
    assert not Order.objects.exists()


def test_it_is_told_with_the_other_errors(shopper: Client) -> None:
    page = shopper.post("/checkout/", {**ADA, **TOTAL, **BILLING, "billing_name": "", "phone": "12"}).text
    assert 'href="#id_phone"' in page
    assert 'href="#id_billing_name"' in page

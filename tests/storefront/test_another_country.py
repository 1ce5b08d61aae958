"""A place of one country is none of another's: what was chosen there does not slip into the address."""

import re

import pytest
from django.test import Client

from catalog.models import VariantSize
from orders.models import Order
from tests.factories import VariantSizeFactory, lagos
from tests.storefront.test_checkout_page import ABROAD, ADA

pytestmark = pytest.mark.django_db
ABROAD_NOW = {**ADA, "shown_for": "NG", "country": "GB", "phone": "+44 20 7946 0958", "expected_total": "850000"}


@pytest.fixture
def shopper(client: Client) -> Client:
    lagos()
    size: VariantSize = VariantSizeFactory(on_hand=5)
    client.post("/bag/", {"sku": size.sku})
    return client


def field(text: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]*>', text)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def test_a_state_of_nigeria_is_no_region_of_great_britain(shopper: Client) -> None:
    text = shopper.post("/checkout/", {**ABROAD_NOW, "update": "1"}).text
    assert (field(text, "state"), field(text, "shown_for")) == ("", "GB")
    assert 'value="12 Admiralty Way"' in text


def test_nor_where_the_order_was_sent_off_at_once(shopper: Client) -> None:
    answer = shopper.post("/checkout/", ABROAD_NOW)
    assert answer.status_code == 400
    assert field(answer.text, "state") == ""
    sent = {**ABROAD_NOW, "shown_for": "GB", "state": "", "city": "Leeds"}
    assert shopper.post("/checkout/", sent).status_code == 307
    order = Order.objects.get()
    assert (order.state, order.area, order.city) == ("", "", "Leeds")


def test_a_region_that_was_written_there_stays(shopper: Client) -> None:
    text = shopper.post("/checkout/", {**ABROAD, "shown_for": "GB", "state": "Yorkshire", "update": "1"}).text
    assert field(text, "state") == "Yorkshire"


def test_a_page_from_before_is_read_as_it_was_sent(shopper: Client) -> None:
    text = shopper.post("/checkout/", {**ABROAD, "state": "Yorkshire", "update": "1"}).text
    assert field(text, "state") == "Yorkshire"

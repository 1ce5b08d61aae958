"""The bag's page: add, change, remove, take back; refusals name what is wrong and change nothing."""

import re

import pytest
from django.test import Client

from catalog import stock
from catalog.models import VariantSize
from orders.models import Bag, BagLine
from tests.factories import CategoryFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5)


def line_address(client: Client) -> str:
    found = re.search(r'action="(/bag/lines/\d+/)"', client.get("/bag/").text)
    assert found
    return found[1]


def test_adding_leads_to_the_bag_and_remembers_it(client: Client, size: VariantSize) -> None:
    response = client.post("/bag/", {"sku": size.sku, "quantity": "2"}, follow=True)
    assert response.redirect_chain == [("/bag/", 302)]
    assert "₦17,000" in response.text
    cookie = client.cookies["bag"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie.value == Bag.objects.get().token


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"sku": "UNKNOWN"}, "sku"),
        ({"sku": ""}, "size"),
        ({}, "size"),
        ({"sku": "\0"}, "sku"),
        *(({"quantity": quantity}, "quantity") for quantity in ("0", "-1", "1.5", "1000000000", "x", "", "²", "6")),
    ],
)
def test_what_cannot_be_added_is_refused_by_its_name(
    client: Client, size: VariantSize, data: dict[str, str], field: str
) -> None:
    sent = data if "sku" in data or not data else {"sku": size.sku, **data}
    response = client.post("/bag/", sent)
    assert response.status_code == 400
    assert f"About: {field}" in response.text
    assert not BagLine.objects.exists()


def test_a_refusal_leads_back_to_the_product_and_nowhere_else(client: Client) -> None:
    inside = client.post("/bag/", {"sku": "X", "back": "/products/brief/?colour=black"}).text
    assert 'href="/products/brief/?colour=black"' in inside
    outside = client.post("/bag/", {"sku": "X", "back": "https://evil.example/"}).text
    assert "evil.example" not in outside


def test_the_quantity_can_be_changed(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.post(line_address(client), {"quantity": "3"})
    assert "₦25,500" in client.get("/bag/").text


def test_more_than_there_is_is_refused(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    response = client.post(line_address(client), {"quantity": "6"})
    assert response.status_code == 400
    assert "Only 5 of" in response.text
    assert BagLine.objects.get().quantity == 1


def test_removing_can_be_undone(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku, "quantity": "3"})
    removed = client.post(line_address(client), {"remove": "1"}, follow=True).text
    assert "is out of your bag" in removed
    fields = dict(re.findall(r'name="(sku|quantity)" value="([^"]+)"', removed))
    assert fields == {"sku": size.sku, "quantity": "3"}
    client.post("/bag/", fields)
    assert BagLine.objects.get().quantity == 3


def test_a_forged_undo_is_ignored(client: Client) -> None:
    assert "Put it back" not in client.get("/bag/?undo=eyJuYW1lIjoieCJ9:forged").text


def test_another_visitors_line_is_not_there(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    other = Client()
    other.post("/bag/", {"sku": size.sku})
    for action in ({"remove": "1"}, {"quantity": "2"}):
        assert other.post(line_address(client), action).status_code == 404
        assert Client().post(line_address(client), action).status_code == 404
    assert sorted(BagLine.objects.values_list("quantity", flat=True)) == [1, 1]


def test_what_changed_is_told_on_its_line(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku, "quantity": "3"})
    stock.adjust(size.pk, -4, "damaged")
    assert "Only 1 of" in client.get("/bag/").text


def test_the_smallest_quantity_of_a_category_is_told(client: Client) -> None:
    size = VariantSizeFactory(variant__product__category=CategoryFactory(name="Briefs", minimum_quantity=3))
    client.post("/bag/", {"sku": size.sku})
    assert "Briefs are sold from 3 pieces" in client.get("/bag/").text


@pytest.mark.parametrize("token", ["unknown-token-unknown-token-unknown", "../../etc", '"\\000"', "x" * 5000])
def test_an_odd_cookie_is_an_empty_bag(token: str) -> None:
    client = Client()
    client.cookies["bag"] = token
    response = client.get("/bag/")
    assert response.status_code == 200
    assert "It is empty" in response.text


def test_a_form_without_its_token_is_refused_in_words(size: VariantSize) -> None:
    response = Client(enforce_csrf_checks=True).post("/bag/", {"sku": size.sku})
    assert response.status_code == 403
    assert "Nothing was changed" in response.text
    assert not BagLine.objects.exists()

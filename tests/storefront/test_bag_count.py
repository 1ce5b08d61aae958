"""The number on the bag: apart from the pages that are the same for everybody, and true after every change."""

import pytest
from django.test import Client

from catalog.models import VariantSize
from orders.models import BagLine
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(variant__product__slug="brief")


def test_the_cookie_follows_the_bag(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku, "quantity": "2"})
    cookie = client.cookies["bag_count"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("2", "Lax", "")
    line = BagLine.objects.get().pk
    client.post(f"/bag/lines/{line}/", {"quantity": "3"})
    assert client.cookies["bag_count"].value == "3"
    client.post(f"/bag/lines/{line}/", {"remove": "1"})
    assert client.cookies["bag_count"].value == "0"


def test_a_cookie_that_tells_something_else_is_put_right(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.cookies["bag_count"] = "99"
    client.get("/bag/")
    assert client.cookies["bag_count"].value == "1"


def test_who_has_no_bag_gets_no_cookie(client: Client) -> None:
    client.get("/bag/")
    assert not client.cookies


@pytest.mark.parametrize("address", ["/", "/shop/", "/products/brief/", "/search/", "/bundles/", "/help/"])
def test_public_pages_are_the_same_for_everybody(client: Client, size: VariantSize, address: str) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.get("/bag/")  # takes the message
    mine, answer = client.get(address), Client().get(address)
    assert mine.content == answer.content
    assert not answer.cookies
    # The currency is chosen by a cookie of its own, which a browser's cache must not mix up; nothing personal is.
    assert set(answer.get("Vary", "").split(", ")) <= {"Accept-Encoding", "Cookie"}
    assert "csrfmiddlewaretoken" not in answer.text
    assert "data-bag hidden" in answer.text

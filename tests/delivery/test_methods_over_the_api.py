"""Over the API a front end reads a place's ways of delivery with their prices, and orders by one of them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import VariantSize
from orders.models import Bag, Discount, Order, Zone
from tests.api.conftest import api  # noqa: F401 - fixture
from tests.factories import DiscountFactory, VariantSizeFactory, bag_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def bag(zone: Zone) -> Bag:
    """One piece of ₦8,500."""
    size: VariantSize = VariantSizeFactory(on_hand=9)
    return bag_with((size, 1))


def order_of(bag: Bag, **more: Any) -> dict[str, Any]:
    return {
        "bag": bag.token,
        "email": "ada@example.com",
        "full_name": "Ada Obi",
        "phone": "08031234567",
        "address": {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "12 Admiralty Way"},
        **more,
    }


PLACE = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}


def test_a_quote_lists_them_and_prices_the_one_asked_for(api: APIClient, bag: Bag) -> None:  # noqa: F811
    path = f"/api/v1/bags/{bag.token}/quote/"
    told = api.post(path, PLACE).json()["delivery"]
    assert told["method"] == "Standard"
    assert [(way["name"], way["fee"]["amount"], way["min_days"], way["max_days"]) for way in told["methods"]] == [
        ("Standard", 400_000, 3, 5),
        ("Express", 750_000, 1, 2),
    ]
    asked = api.post(path, {**PLACE, "delivery_method": "Express"}).json()
    assert (asked["delivery"]["method"], asked["totals"]["total"]["amount"]) == ("Express", 1_600_000)


def test_a_quote_tells_what_each_costs_with_a_free_delivery(api: APIClient, bag: Bag) -> None:  # noqa: F811
    DiscountFactory(code="FREE", kind=Discount.Kind.FREE_DELIVERY, basis_points=0)
    path = f"/api/v1/bags/{bag.token}/quote/"
    for chosen in ("", "Express"):
        quoted = api.post(path, {**PLACE, "code": "FREE", "delivery_method": chosen}).json()
        prices = {way["name"]: way["price"]["amount"] for way in quoted["delivery"]["methods"]}
        assert prices == {"Standard": 0, "Express": 350_000}
        assert quoted["totals"]["delivery"]["amount"] == prices[quoted["delivery"]["method"]]


def test_an_order_takes_it_and_tells_it(api: APIClient, bag: Bag) -> None:  # noqa: F811
    answer = api.post("/api/v1/orders/", order_of(bag, delivery_method="Express"))
    assert answer.status_code == 201
    assert answer.json()["delivery"]["method"] == "Express"
    assert Order.objects.get().delivery_method == "Express"


@pytest.mark.parametrize("at", ["quote", "order"])
def test_an_unknown_one_is_refused_by_its_field(api: APIClient, bag: Bag, at: str) -> None:  # noqa: F811
    if at == "quote":
        answer = api.post(f"/api/v1/bags/{bag.token}/quote/", {**PLACE, "delivery_method": "Drone"})
    else:
        answer = api.post("/api/v1/orders/", order_of(bag, delivery_method="Drone"))
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["delivery_method"]
    assert not Order.objects.exists()


def test_zones_and_coverage_tell_them(api: APIClient, zone: Zone) -> None:  # noqa: F811
    (told,) = api.get("/api/v1/delivery/zones/").json()
    assert [(way["name"], way["fee"]["amount"]) for way in told["methods"]] == [
        ("Standard", 400_000),
        ("Express", 750_000),
    ]
    found = api.get("/api/v1/delivery/", PLACE).json()["delivery"]
    assert [way["name"] for way in found["methods"]] == ["Standard", "Express"]

"""Discount codes that nobody was given: other letters that look alike, codes in codes, and what breaks a lookup."""

import pytest
from django.test import Client

from orders.models import Redemption
from tests.factories import DiscountFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
ODD = [
    "ＳＡＶＥ10",
    "SAVЕ10",
    "SAVE\u200b10",
    "S\u0041\u0301VE10",
    "SAVE10' OR '1'='1",
    "SAVE%",
    "SAVE_0",
    "{{ code }}",
    "S" * 5000,
    "SAVE10,OTHER",
    "SAVE10\nOTHER",
    "ᔕAVE10",
    "\u202e01EVAS",
]


@pytest.fixture
def shopper() -> Client:
    lagos()
    DiscountFactory(code="SAVE10", basis_points=1000)
    DiscountFactory(code="OTHER", basis_points=5000)
    client = Client(raise_request_exception=False)
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    return client


@pytest.mark.parametrize("code", ODD, ids=ascii)
def test_another_spelling_is_another_code(shopper: Client, code: str) -> None:
    bag = shopper.cookies["bag"].value
    assert 400 <= shopper.post("/bag/code/", {"code": code}).status_code < 500
    answer = shopper.post(
        f"/api/v1/bags/{bag}/quote/",
        {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "code": code},
        content_type="application/json",
    )
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["discounts"] == []
    assert "₦7,650" not in shopper.get("/bag/").text
    assert not Redemption.objects.exists()

"""A client as a separate front end has it: JSON in, JSON out, no cookies worth mentioning."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import VariantSize
from orders.models import Bag
from tests.factories import VariantSizeFactory, lagos

ADDRESS = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "12 Admiralty Way", "landmark": "Lekki"}


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def piece(db: None) -> VariantSize:
    """Ten pieces at ₦8,500."""
    return VariantSizeFactory(on_hand=10)


@pytest.fixture
def bag(api: APIClient, db: None) -> str:
    """The address of a new bag."""
    return f"/api/v1/bags/{api.post('/api/v1/bags/').json()['token']}/"


@pytest.fixture
def order_of(api: APIClient, piece: VariantSize, bag: str) -> Callable[..., dict[str, Any]]:
    """The body that orders two pieces to Lagos Island, with changes."""
    lagos()
    token = api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 2}).json()["token"]

    def body(**changes: Any) -> dict[str, Any]:
        whole = {
            "bag": token,
            "email": "ada@prechi.test",
            "full_name": "Ada Obi",
            "phone": "0803 123 4567",
            "address": ADDRESS,
        }
        return {**whole, **changes}

    return body


def fields_of(problem: dict[str, Any]) -> list[str]:
    """The inputs that a refusal names."""
    return [error["field"] for error in problem["errors"]]


def unchanged(bag: str) -> bool:
    """Nothing was put into the bag, and it is still open."""
    found = Bag.objects.get(token=bag.split("/")[-2])
    return found.state == Bag.State.OPEN and not found.lines.exists()

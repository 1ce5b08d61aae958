"""What a journey needs: the running shop, and somebody to buy there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.steps import Customer
from tests.running_shop import RunningShop

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture
def shop(running_shop: RunningShop) -> Iterator[RunningShop]:
    """The running shop; after each journey all switches of the sandbox are back and no invariant is broken."""
    yield running_shop
    running_shop.sandbox("PUT", "faults", dict.fromkeys(running_shop.sandbox("GET", "faults")))
    assert running_shop.violations() == []


@pytest.fixture
def customer(shop: RunningShop) -> Customer:
    return Customer(shop)


@pytest.fixture
def another(shop: RunningShop) -> Callable[[], Customer]:
    return lambda: Customer(shop)

"""Orders of one person sent all at once: no more than may wait for payment."""

from functools import partial
from typing import Any

import pytest

from orders import checkout, unpaid
from orders.models import Order
from orders.unpaid import TooManyUnpaid
from tests.concurrency.crowd import at_once
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

AT_ONCE = 16
MAX = 3


def rush(settings: Any) -> list[Order | Exception]:
    settings.UNPAID_ORDERS_MAX = MAX
    lagos()
    bags = [bag_with((VariantSizeFactory(), 1)) for _ in range(AT_ONCE)]
    return at_once([partial(checkout.place_order, each, ADA, LAGOS_ISLAND) for each in bags])


def test_three_are_placed_and_the_others_told(settings: Any) -> None:
    results = rush(settings)
    assert sum(isinstance(result, Order) for result in results) == MAX
    assert sum(isinstance(result, TooManyUnpaid) for result in results) == AT_ONCE - MAX


def test_without_queueing_up_there_would_be_more(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(unpaid, "_queue_up", lambda names: None)
    assert sum(isinstance(result, Order) for result in rush(settings)) > MAX

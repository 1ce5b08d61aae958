"""Orders of one person sent all at once: no more than may wait for payment, or for the door."""

from functools import partial
from typing import Any

import pytest

from orders import checkout, unpaid
from orders.models import Order, Zone
from orders.unpaid import TooManyAtTheDoor, TooManyUnpaid
from tests.concurrency.crowd import at_once, gathering
from tests.factories import ADA, LAGOS_ISLAND, VariantSizeFactory, bag_with, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

AT_ONCE = 12
MAX = 3
TOLD = {False: TooManyUnpaid, True: TooManyAtTheDoor}


def rush(settings: Any, *, at_the_door: bool) -> list[Order | Exception]:
    if at_the_door:
        settings.OFFLINE_METHODS, settings.PAY_ON_DELIVERY_ORDERS_MAX = ["on_delivery"], MAX
    else:
        settings.UNPAID_ORDERS_MAX = MAX
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    bags = [bag_with((VariantSizeFactory(), 1)) for _ in range(AT_ONCE)]
    order = partial(checkout.place_order, pay_on_delivery=at_the_door)
    return at_once([partial(order, each, ADA, LAGOS_ISLAND) for each in bags])


@pytest.mark.parametrize("at_the_door", TOLD)
def test_three_are_placed_and_the_others_told(settings: Any, at_the_door: bool) -> None:
    results = rush(settings, at_the_door=at_the_door)
    assert sum(isinstance(result, Order) for result in results) == MAX
    assert sum(isinstance(result, TOLD[at_the_door]) for result in results) == AT_ONCE - MAX


@pytest.mark.parametrize("at_the_door", TOLD)
def test_without_queueing_up_there_would_be_more(
    settings: Any, monkeypatch: pytest.MonkeyPatch, at_the_door: bool
) -> None:
    """The negative control."""
    have_counted, count = gathering(MAX + 1), unpaid._waiting

    def counted(*args: Any) -> list[Order]:
        waiting = count(*args)
        have_counted()
        return waiting

    monkeypatch.setattr(unpaid, "_queue_up", lambda names, network: False)
    monkeypatch.setattr(unpaid, "_waiting", counted)
    assert sum(isinstance(result, Order) for result in rush(settings, at_the_door=at_the_door)) > MAX

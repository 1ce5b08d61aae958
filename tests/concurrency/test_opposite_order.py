"""Two sizes bought in opposite order by many at once: nobody waits in a circle."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from catalog import stock
from catalog.models import VariantSize
from core import transactions
from orders import checkout
from orders.models import Order
from tests.concurrency.crowd import at_once, gathering
from tests.factories import LAGOS_ISLAND, VariantSizeFactory, bag_with, buyer, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS = 24


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def crossing() -> list[Order | Exception]:
    lagos()
    one, two = VariantSizeFactory(on_hand=BUYERS), VariantSizeFactory(on_hand=BUYERS)
    bags = [bag_with(*(((one, 1), (two, 1)) if n % 2 else ((two, 1), (one, 1)))) for n in range(BUYERS)]
    return at_once([partial(checkout.place_order, each, buyer(n), LAGOS_ISLAND) for n, each in enumerate(bags)])


def test_everybody_gets_both_and_nothing_deadlocks() -> None:
    before = deadlocks()
    results = crossing()
    assert [type(result) for result in results] == [Order] * BUYERS
    assert deadlocks() == before


def test_locked_in_the_order_of_the_bag_they_would_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: one by one, as the bag lists them, and never tried again."""

    each_is_held_by_somebody = gathering(2)

    def as_listed(sizes: dict[int, int]) -> list[VariantSize]:
        rows: list[VariantSize] = []
        for pk in sizes:
            rows += stock._described([pk]).select_for_update(of=("self",), no_key=True)  # type: ignore[arg-type]
            each_is_held_by_somebody()
        return rows

    monkeypatch.setattr(stock, "_lock", as_listed)
    monkeypatch.setattr(transactions, "TRIES", 1)
    failed: list[Any] = [result for result in crossing() if not isinstance(result, Order)]
    assert failed

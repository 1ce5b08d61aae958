"""Fifty buyers for the last five pieces: five orders, never a sixth."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from catalog import stock
from catalog.models import VariantSize
from catalog.stock import OutOfStock
from orders import checkout
from orders.models import Order
from payments import audit
from tests.concurrency.crowd import at_once, gathering
from tests.factories import LAGOS_ISLAND, VariantSizeFactory, bag_with, buyer, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS = 50
PIECES = 5


def rush() -> list[Order | Exception]:
    lagos()
    size = VariantSizeFactory(on_hand=PIECES)
    bags = [bag_with((size, 1)) for _ in range(BUYERS)]
    return at_once([partial(checkout.place_order, each, buyer(n), LAGOS_ISLAND) for n, each in enumerate(bags)])


def test_five_get_one_and_the_others_are_told() -> None:
    results = rush()
    assert sum(isinstance(result, Order) for result in results) == PIECES
    losers = [result for result in results if not isinstance(result, Order)]
    assert [type(loser) for loser in losers] == [OutOfStock] * (BUYERS - PIECES)
    size = VariantSize.objects.get()
    assert (size.on_hand, size.reserved) == (PIECES, PIECES)


@pytest.mark.breaks_invariants
def test_without_locks_and_guards_it_would_oversell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: were the rush too gentle to find a race, this test would fail."""

    have_looked = gathering(PIECES + 1)

    def read_only(sizes: Any) -> list[VariantSize]:
        seen = list(stock._described(sizes))
        have_looked()
        return seen

    def unguarded(wanted: Any) -> int:
        return VariantSize.objects.filter(pk__in=wanted).update(reserved=F("reserved") + stock._amount(wanted))

    monkeypatch.setattr(stock, "_lock", read_only)
    monkeypatch.setattr(stock, "_guarded_reserve", unguarded)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_variantsize DROP CONSTRAINT reserved_within_on_hand")
    try:
        sold = sum(isinstance(result, Order) for result in rush())
        assert sold > PIECES
        assert any(violation.rule == "reserved within on hand" for violation in audit.violations())
    finally:
        VariantSize.objects.update(reserved=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_variantsize ADD CONSTRAINT reserved_within_on_hand CHECK (reserved <= on_hand)"
            )

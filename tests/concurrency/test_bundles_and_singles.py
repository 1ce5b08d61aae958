"""Bundles and single pieces after the same last pieces: what is promised is never more than there is."""

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from catalog import stock
from catalog.models import VariantSize
from catalog.stock import OutOfStock
from orders import bag, checkout
from orders.models import Bag, Order, OrderLine
from payments import audit
from tests.concurrency.crowd import at_once, gathering
from tests.factories import LAGOS_ISLAND, BundleFactory, VariantFactory, VariantSizeFactory, bag_with, buyer, lagos

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

BUYERS = 24
PIECES = 10


def rush() -> tuple[VariantSize, list[Order | Exception]]:
    """Half take a bundle with two of the scarce piece and one that is plenty, half a single scarce piece."""
    lagos()
    scarce = VariantSizeFactory(on_hand=PIECES)
    plenty = VariantSizeFactory(variant=VariantFactory(product=scarce.variant.product, colour__slug="navy"), on_hand=99)
    bundle = BundleFactory(eligible=[scarce.variant.product])
    bags = [_with_bundle(bundle.slug, scarce, plenty, index) for index in range(BUYERS // 2)]
    bags += [bag_with((scarce, 1)) for _ in range(BUYERS // 2)]
    orders = [partial(checkout.place_order, each, buyer(number), LAGOS_ISLAND) for number, each in enumerate(bags)]
    return scarce, at_once(orders)


def _with_bundle(slug: str, scarce: VariantSize, plenty: VariantSize, index: int) -> Bag:
    """In one order or the other: whoever locks in the order of picks would meet a deadlock."""
    picks = [scarce, plenty, scarce] if index % 2 else [plenty, scarce, scarce]
    new = bag.open_bag()
    bag.add_bundle(new, slug, [pick.sku for pick in picks])
    return new


def sold(scarce: VariantSize) -> int:
    """Pieces on the lines of orders, alone and in bundles."""
    kinds = [OrderLine.Kind.PIECE, OrderLine.Kind.COMPONENT]
    return sum(OrderLine.objects.filter(variant_size=scarce, kind__in=kinds).values_list("quantity", flat=True))


def test_the_last_pieces_are_sold_once() -> None:
    scarce, results = rush()
    refused = [result for result in results if not isinstance(result, Order)]
    assert {type(result) for result in refused} == {OutOfStock}
    scarce.refresh_from_db()
    assert sold(scarce) == scarce.reserved <= PIECES
    # Of an odd rest a bundle gets nothing, but a single piece does: at most one is left over.
    assert scarce.reserved >= PIECES - 1


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
        scarce, _ = rush()
        assert sold(scarce) > PIECES
        assert any(violation.rule == "reserved within on hand" for violation in audit.violations())
    finally:
        VariantSize.objects.update(reserved=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_variantsize ADD CONSTRAINT reserved_within_on_hand CHECK (reserved <= on_hand)"
            )

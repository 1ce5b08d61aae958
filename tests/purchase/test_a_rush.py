"""A rush for the last pieces: once somebody was told "sold out", the next are told before any lock is taken."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import stock
from catalog.models import VariantSize
from catalog.stock import OutOfStock
from orders import bag, checkout
from orders.models import Bag, Order
from tests.factories import LAGOS_ISLAND, BundleFactory, VariantSizeFactory, bag_with, buyer, lagos

pytestmark = pytest.mark.django_db


@pytest.fixture
def last() -> VariantSize:
    """A size with one piece."""
    lagos()
    return VariantSizeFactory(on_hand=1)


def order(which: Bag, number: int = 1) -> Order:
    return checkout.place_order(which, buyer(number), LAGOS_ISLAND)


def a_rush_for(size: VariantSize) -> Order:
    """The piece is sold and somebody else was told so. Gives the order of who got it."""
    late = bag_with((size, 1))
    first = order(bag_with((size, 1)))
    with pytest.raises(OutOfStock):
        order(late, 2)
    return first


def test_the_next_are_told_without_a_lock_and_without_a_transaction(last: VariantSize) -> None:
    too_late = bag_with((last, 1))
    a_rush_for(last)
    with CaptureQueriesContext(connection) as caught, pytest.raises(OutOfStock, match="is sold out"):
        order(too_late, 3)
    asked = [query["sql"] for query in caught]
    assert len(asked) <= 3, "\n".join(asked)
    assert not any("UPDATE" in sql or "SAVEPOINT" in sql for sql in asked)


def test_what_is_left_is_sold_as_ever(last: VariantSize) -> None:
    other = bag_with((VariantSizeFactory(on_hand=1), 1))
    a_rush_for(last)
    assert order(other, 4).lines.count() == 1


def test_a_piece_that_comes_back_is_sold_at_once(last: VariantSize) -> None:
    waiting = bag_with((last, 1))
    a_rush_for(last)
    stock.adjust(last.pk, 1, "received")
    assert order(waiting, 5).lines.count() == 1


def test_who_got_one_is_given_the_same_order_again(last: VariantSize) -> None:
    mine, late = bag_with((last, 1)), bag_with((last, 1))
    first = order(mine, 6)
    with pytest.raises(OutOfStock):
        order(late, 7)
    assert order(mine, 6) == first


def test_a_piece_of_a_bundle_is_missed_too(last: VariantSize) -> None:
    other = VariantSizeFactory(on_hand=5)
    held = bag.open_bag()
    bundle = BundleFactory(eligible=[last.variant.product, other.variant.product], pieces=2)
    bag.add_bundle(held, bundle.slug, [last.sku, other.sku])
    a_rush_for(last)
    with pytest.raises(OutOfStock, match="is sold out"):
        order(held, 8)

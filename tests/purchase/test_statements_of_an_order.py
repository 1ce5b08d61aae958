"""What placing an order asks the database: as many statements for ten sizes as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import bag, checkout
from tests.factories import ADA, LAGOS_ISLAND, BundleFactory, DiscountFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db

# Bag, lines, sizes, zone; two of the unpaid orders; order, lines, bag, event, mail; lock, update and reservations.
STATEMENTS = 14


def statements(held: bag.Bag, code: str = "") -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        checkout.place_order(held, ADA, LAGOS_ISLAND, code=code)
    return [query["sql"] for query in caught if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("sizes", [1, 10])
def test_of_pieces(sizes: int) -> None:
    lagos()
    asked = statements(bag_with(*((VariantSizeFactory(), 1) for _ in range(sizes))))
    assert len(asked) <= STATEMENTS, "\n".join(asked)


@pytest.mark.parametrize("several", [1, 3])
def test_of_bundles_with_their_picks_and_their_components(several: int) -> None:
    lagos()
    sizes = [VariantSizeFactory() for _ in range(3)]
    held = bag.open_bag()
    for _ in range(several):
        bundle = BundleFactory(eligible=[size.variant.product for size in sizes])
        bag.add_bundle(held, bundle.slug, [size.sku for size in sizes])
    asked = statements(held)
    assert len(asked) <= STATEMENTS + 2, "\n".join(asked)


@pytest.mark.parametrize("limits", [{}, {"limit_total": 5}, {"limit_total": 5, "limit_per_customer": 1}])
def test_of_a_code(limits: dict[str, int]) -> None:
    """One more to find it; then its lock, what it was used for, and the redemption; and the customer's queue."""
    lagos()
    DiscountFactory(**limits)
    asked = statements(bag_with((VariantSizeFactory(), 1)), code="TENTH")
    assert len(asked) <= STATEMENTS + 4 + ("limit_per_customer" in limits), "\n".join(asked)


def test_the_sizes_are_locked_last() -> None:
    """From their lock to the commit nobody else can order them."""
    lagos()
    asked = statements(bag_with((VariantSizeFactory(), 1)))
    first = next(place for place, sql in enumerate(asked) if "FOR NO KEY UPDATE" in sql and "variantsize" in sql)
    assert len(asked) - first == 3, "\n".join(asked)

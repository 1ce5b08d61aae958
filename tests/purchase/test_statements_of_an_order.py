"""What placing an order asks the database: as many statements for ten sizes as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import bag, checkout
from orders.delivery import Destination
from orders.models import ZoneArea
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    ZoneFactory,
    bag_with,
    lagos,
)

pytestmark = pytest.mark.django_db

# Bag, lines, sizes, zone; two of the unpaid orders; order, lines, bag, event, mail; lock, update and reservations.
STATEMENTS = 14


def statements(held: bag.Bag, code: str = "", place: Destination = LAGOS_ISLAND) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        checkout.place_order(held, ADA, place, code=code)
    return [query["sql"] for query in caught if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("sizes", [1, 10])
def test_of_pieces(sizes: int) -> None:
    lagos()
    asked = statements(bag_with(*((VariantSizeFactory(), 1) for _ in range(sizes))))
    assert len(asked) <= STATEMENTS, "\n".join(asked)


def test_to_where_delivery_is_quoted() -> None:
    """With a tax or without a zone, as many as elsewhere."""
    zone = ZoneFactory(slug="overseas", fee_kobo=None, min_days=None, max_days=None, tax_basis_points=500)
    ZoneArea.objects.create(zone=zone, country="CA")
    for place in (Destination("CA"), Destination("GB")):
        asked = statements(bag_with((VariantSizeFactory(), 1)), place=place)
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

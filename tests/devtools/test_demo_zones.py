"""The demo shop delivers at home and to two countries for a fee, and to all others for a price with their tax."""

import pytest

from core.money import Money
from devtools.demo import loading
from orders.delivery import Destination, delivery_to
from orders.models import Zone

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("place", "zone", "fee", "tax"),
    [
        (Destination("NG", "Lagos", "Eti-Osa"), "lagos-island", 400_000, 0),
        (Destination("GH"), "ghana", 2_200_000, 500),
        (Destination("CA"), "other-countries", None, 500),
    ],
)
def test_what_a_place_costs(place: Destination, zone: str, fee: int | None, tax: int) -> None:
    loading._zones()
    loading._zones()
    assert Zone.objects.count() == 6
    found = delivery_to(place, Money(0))
    assert found.zone is not None
    assert (found.zone.slug, found.zone.fee_kobo, found.tax_basis_points) == (zone, fee, tax)

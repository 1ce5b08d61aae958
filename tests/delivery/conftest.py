"""A place with two ways to it."""

import pytest

from orders.models import Zone
from tests.factories import DeliveryMethodFactory, lagos


@pytest.fixture
def zone() -> Zone:
    """Lagos Island for ₦4,000 in 3 to 5 working days, or by Express for ₦7,500 in 1 or 2."""
    zone = lagos()
    Zone.objects.update(min_days=3, max_days=5)
    DeliveryMethodFactory(zone=zone)
    return zone

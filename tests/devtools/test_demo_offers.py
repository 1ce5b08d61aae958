"""The demo shop's codes can be typed, and a first order is cheaper without any."""

import pytest

from devtools.demo import offers
from orders import pricing, redemptions
from orders.models import Discount
from tests.factories import VariantSizeFactory, bag_with

pytestmark = pytest.mark.django_db


def test_a_first_order_is_cheaper_by_itself_and_cheaper_still_with_the_code_of_the_readme() -> None:
    assert offers.load() == offers.load() == Discount.objects.count()
    bag = bag_with((VariantSizeFactory(on_hand=9, price_kobo=2_000_000), 1))
    assert pricing.quote(bag, None).discount.amount == 100_000
    assert pricing.quote(bag, None, "welcome10").discount.amount == 200_000
    offer = redemptions.first_order_offer()
    assert offer is not None
    assert offer.worth == "5%"

"""A piece in the bag gets another size or colour there, without going back to its page."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from catalog.models import Product, VariantSize
from orders import bag, bag_swaps
from orders.models import Bag, BagLine
from tests.factories import (
    BundleFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
    bag_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return ProductFactory()


@pytest.fixture
def medium(product: Product) -> VariantSize:
    return VariantSizeFactory(variant__product=product, on_hand=5)


@pytest.fixture
def large(medium: VariantSize) -> VariantSize:
    return VariantSizeFactory(variant=medium.variant, size=SizeFactory(name="L"), on_hand=2)


@pytest.fixture
def navy(product: Product) -> VariantSize:
    return VariantSizeFactory(variant=VariantFactory(product=product, colour=ColourFactory(slug="navy")), on_hand=5)


def shopper_with(size: VariantSize, quantity: int = 1) -> Client:
    shopper = Client()
    shopper.post("/bag/", {"sku": size.sku, "quantity": quantity})
    return shopper


def change(shopper: Client, sku: str, status: int = 200) -> str:
    answer = shopper.post(f"/bag/lines/{BagLine.objects.order_by('pk')[0].pk}/", {"sku": sku}, follow=True)
    assert answer.status_code == status
    return answer.text


def in_bag() -> list[tuple[str, int]]:
    return sorted((line.variant_size.sku, line.quantity) for line in BagLine.objects.all() if line.variant_size)


def test_every_size_and_colour_is_offered_and_the_sold_out_ones_are_not_to_be_had(
    medium: VariantSize, large: VariantSize, navy: VariantSize
) -> None:
    gone = VariantSizeFactory(variant=navy.variant, size=SizeFactory(name="XL"), on_hand=0)
    text = shopper_with(medium).get("/bag/").text
    assert "Change size or colour" in text
    options = dict(re.findall(r'<option value="(PRC-[^"]+)"([^>]*)>', text))
    assert options == {medium.sku: " selected", large.sku: "", navy.sku: "", gone.sku: " disabled"}
    assert "L, Black: only 2 left" in text
    assert "XL, Navy: sold out" in text


def test_a_piece_of_one_size_offers_no_change(medium: VariantSize) -> None:
    assert "Change size" not in shopper_with(medium).get("/bag/").text


def test_its_size_or_colour_changes_and_its_quantity_stays(medium: VariantSize, navy: VariantSize) -> None:
    shopper = shopper_with(medium, 3)
    assert "Navy, M" in change(shopper, navy.sku)
    assert in_bag() == [(navy.sku, 3)]


def test_a_size_that_is_in_the_bag_already_takes_it_in(medium: VariantSize, navy: VariantSize) -> None:
    shopper = shopper_with(medium, 1)
    shopper.post("/bag/", {"sku": navy.sku, "quantity": 2})
    change(shopper, navy.sku)
    assert in_bag() == [(navy.sku, 3)]


def test_another_price_is_told_and_counts_from_then_on(medium: VariantSize, large: VariantSize) -> None:
    VariantSize.objects.filter(pk=large.pk).update(price_kobo=900_000)
    shopper = shopper_with(medium)
    assert "L, ₦9,000: only 2 left" in shopper.get("/bag/").text
    text = change(shopper, large.sku)
    assert "₦9,000" in text
    assert "That is fine" not in text  # the new price was seen


def test_more_than_there_is_of_it_is_refused(medium: VariantSize, large: VariantSize) -> None:
    shopper = shopper_with(medium, 3)
    assert "Only 2 of" in change(shopper, large.sku, status=400)
    assert in_bag() == [(medium.sku, 3)]


@pytest.mark.parametrize("sku", ["", "UNKNOWN", "\0", "another"])
def test_what_is_no_size_of_this_piece_is_refused(medium: VariantSize, sku: str) -> None:
    other = VariantSizeFactory()
    change(shopper_with(medium), other.sku if sku == "another" else sku, status=400)
    assert in_bag() == [(medium.sku, 1)]


def test_another_visitors_line_is_not_there(medium: VariantSize, large: VariantSize) -> None:
    shopper_with(medium)
    change(shopper_with(large), large.sku, status=404)
    assert in_bag() == [(large.sku, 1), (medium.sku, 1)]


def test_over_the_api(medium: VariantSize, navy: VariantSize) -> None:
    filled = bag_with((medium, 1))
    address = f"/api/v1/bags/{filled.token}/lines/{BagLine.objects.get().pk}/"
    api = APIClient()
    found = api.patch(address, {"sku": navy.sku, "quantity": 2}, format="json").json()
    assert [(line["sku"], line["quantity"]) for line in found["lines"]] == [(navy.sku, 2)]
    refused = api.patch(address, {"sku": VariantSizeFactory().sku}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "another_product")
    both = api.patch(address, {"sku": medium.sku, "picks": [{"sku": medium.sku}]}, format="json")
    assert both.status_code == 400


def test_a_bundle_is_changed_by_its_picks(medium: VariantSize) -> None:
    bundle = BundleFactory(eligible=[medium.variant.product])
    filled = bag.open_bag()
    line = bag.add_bundle(filled, bundle.slug, [medium.sku] * 3)
    answer = APIClient().patch(f"/api/v1/bags/{filled.token}/lines/{line}/", {"sku": medium.sku}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bundle")
    assert bag_swaps.choices_of(bag.view(filled).items) == {}


def test_what_can_be_chosen_is_one_query_however_full_the_bag(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 4):
        priced = bag.view(bag_with(*((VariantSizeFactory(), 1) for _ in range(count))))
        with django_assert_num_queries(1):
            assert len(bag_swaps.choices_of(priced.items)) == count
    assert Bag.objects.count() == 2

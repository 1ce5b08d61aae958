"""A bag that lay for a while: what staff changed since is what counts, in the bag and in the order."""

from collections.abc import Callable

import pytest

from catalog.models import Bundle, VariantSize
from core.errors import Conflict
from orders import bag as bags
from orders import checkout
from orders.models import Bag, Order
from tests.factories import ADA, LAGOS_ISLAND, BundleFactory, VariantSizeFactory, lagos

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    lagos()
    piece: VariantSize = VariantSizeFactory(on_hand=30)
    return piece


@pytest.fixture
def bundle(size: VariantSize) -> Bundle:
    made: Bundle = BundleFactory(eligible=[size.variant.product])
    return made


@pytest.fixture
def bag(size: VariantSize, bundle: Bundle) -> Bag:
    """With a bundle of three."""
    opened = bags.open_bag()
    bags.add_bundle(opened, bundle.slug, [size.sku] * 3)
    return opened


def no_longer_eligible(bundle: Bundle, size: VariantSize) -> None:
    bundle.eligible.clear()


def of_four_pieces(bundle: Bundle, size: VariantSize) -> None:
    Bundle.objects.filter(pk=bundle.pk).update(pieces=4)


def withdrawn(bundle: Bundle, size: VariantSize) -> None:
    Bundle.objects.filter(pk=bundle.pk).update(active=False)


def piece_withdrawn(bundle: Bundle, size: VariantSize) -> None:
    VariantSize.objects.filter(pk=size.pk).update(active=False)


def product_withdrawn(bundle: Bundle, size: VariantSize) -> None:
    type(size.variant.product).objects.update(active=False)


def category_withdrawn(bundle: Bundle, size: VariantSize) -> None:
    type(size.variant.product.category).objects.update(active=False)


def not_published_yet(bundle: Bundle, size: VariantSize) -> None:
    type(size.variant.product).objects.update(publish_at="2999-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "changed",
    [
        no_longer_eligible,
        of_four_pieces,
        withdrawn,
        piece_withdrawn,
        product_withdrawn,
        category_withdrawn,
        not_published_yet,
    ],
)
def test_what_is_no_longer_sold_is_told_and_not_ordered(
    bag: Bag, bundle: Bundle, size: VariantSize, changed: Callable[[Bundle, VariantSize], None]
) -> None:
    assert not bags.view(bag).notices
    changed(bundle, size)
    assert [notice.code for notice in bags.view(bag).notices] == ["withdrawn"]
    with pytest.raises(Conflict) as refused:
        checkout.place_order(bag, ADA, LAGOS_ISLAND)
    assert refused.value.code == "withdrawn"
    assert not Order.objects.exists()


def test_pieces_and_bundles_of_one_size_share_its_stock(bag: Bag, bundle: Bundle, size: VariantSize) -> None:
    bags.add(bag, size.sku, 20)
    VariantSize.objects.filter(pk=size.pk).update(reserved=8)
    with pytest.raises(Conflict) as refused:
        checkout.place_order(bag, ADA, LAGOS_ISLAND)
    VariantSize.objects.filter(pk=size.pk).update(reserved=0)
    assert refused.value.details["shortages"] == [{"sku": size.sku, "wanted": 23, "available": 22}]

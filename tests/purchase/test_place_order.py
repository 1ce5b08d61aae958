"""Placing an order: what it writes, and what it refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import VariantSize
from catalog.stock import OutOfStock
from core.errors import ShopError
from mailing import outbox
from mailing.models import OutgoingMail
from orders import bag, checkout
from orders.delivery import Destination
from orders.models import Order, Reservation
from orders.pricing import PriceChanged
from orders.summary import totals_of
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    CategoryFactory,
    VariantSizeFactory,
    bag_with,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db


def test_an_order_is_a_snapshot_of_the_bag() -> None:
    size = VariantSizeFactory(on_hand=5, price_kobo=900_000)
    order = placed_order((size, 2))
    line = order.lines.get()
    assert (line.name, line.sku, line.colour, line.size) == (size.variant.product.name, size.sku, "Black", "M")
    assert (line.unit_price_subunit, line.quantity, line.total_subunit) == (900_000, 2, 1_800_000)
    assert (order.subtotal_subunit, order.delivery_subunit, order.total_subunit) == (1_800_000, 400_000, 2_200_000)
    assert (order.status, order.payment_status, order.zone_name) == ("pending_payment", "unpaid", "Lagos Island")
    assert order.number.startswith("PR-1")
    assert len(order.token) >= 32


def test_its_stock_is_kept_and_not_sold() -> None:
    size = VariantSizeFactory(on_hand=5)
    order = placed_order((size, 2))
    size.refresh_from_db()
    assert (size.on_hand, size.reserved) == (5, 2)
    assert list(order.reservations.values_list("variant_size", "quantity", "state")) == [(size.pk, 2, "open")]
    minutes = (order.hold_expires_at - timezone.now()).total_seconds() / 60
    assert 39 < minutes <= 40.1


def test_it_writes_its_event_and_its_mail() -> None:
    order = placed_order()
    assert list(order.events.values_list("kind", "to_status")) == [("placed", "pending_payment")]
    mail = outbox.compose(OutgoingMail.objects.get(about=f"order/{order.number}"))
    assert (mail.kind, mail.recipient) == ("order-received", ADA.email)
    assert order.number in mail.subject
    assert order.token in mail.html


def test_a_bag_becomes_at_most_one_order() -> None:
    lagos()
    held = bag_with((VariantSizeFactory(on_hand=5), 2))
    first = checkout.place_order(held, ADA, LAGOS_ISLAND)
    second = checkout.place_order(held, ADA, LAGOS_ISLAND)
    assert first.pk == second.pk
    assert Order.objects.count() == 1
    assert Reservation.objects.count() == 1


def test_a_changed_price_is_no_surprise() -> None:
    lagos()
    size = VariantSizeFactory(price_kobo=900_000)
    held = bag_with((size, 1))
    seen = bag.view(held).total.amount + 400_000
    VariantSize.objects.filter(pk=size.pk).update(price_kobo=950_000)
    with pytest.raises(PriceChanged, match="₦13,500, not ₦13,000") as refusal:
        checkout.place_order(held, ADA, LAGOS_ISLAND, expected_total=seen)
    assert refusal.value.field == "expected_total"
    assert not Order.objects.exists()


def test_the_sold_out_size_is_named() -> None:
    lagos()
    size = VariantSizeFactory(on_hand=2)
    held = bag_with((size, 2))
    placed_order((size, 1))
    with pytest.raises(OutOfStock, match=r"Only 1 of Everyday Brief .* in Black, M left; you asked for 2"):
        checkout.place_order(held, ADA, LAGOS_ISLAND)
    assert Order.objects.count() == 1


def test_pieces_of_a_bundle_share_its_price_and_the_same_stock() -> None:
    lagos()
    size = VariantSizeFactory(on_hand=3, price_kobo=700_000)
    other = VariantSizeFactory(on_hand=3, price_kobo=850_000)
    bundle = BundleFactory(price_kobo=2_000_000, eligible=[size.variant.product, other.variant.product])
    held = bag.open_bag()
    bag.add_bundle(held, bundle.slug, [size.sku, size.sku, other.sku])
    order = checkout.place_order(held, ADA, LAGOS_ISLAND)
    whole = order.lines.get(kind="bundle")
    parts = list(whole.components.order_by("pk").values_list("sku", "total_subunit"))
    assert whole.total_subunit == 2_000_000
    assert parts == [(size.sku, 622_222), (size.sku, 622_222), (other.sku, 755_556)]
    assert dict(order.reservations.values_list("variant_size__sku", "quantity")) == {size.sku: 2, other.sku: 1}


def test_the_same_size_alone_and_in_a_bundle_is_one_stock() -> None:
    lagos()
    size = VariantSizeFactory(on_hand=3)
    bundle = BundleFactory(eligible=[size.variant.product])
    held = bag_with((size, 1))
    with pytest.raises(ShopError, match="Only 3 of"):
        bag.add_bundle(held, bundle.slug, [size.sku] * 3)


def test_a_category_may_ask_for_a_minimum() -> None:
    lagos()
    gymwear = CategoryFactory(name="Gymwear")
    briefs = CategoryFactory(name="Briefs", minimum_quantity=3, exempting_category=gymwear)
    brief = VariantSizeFactory(variant__product__category=briefs)
    held = bag_with((brief, 2))
    with pytest.raises(ShopError, match="Briefs are sold from 3 pieces in one bag, and you have 2"):
        checkout.place_order(held, ADA, LAGOS_ISLAND)
    bag.add(held, VariantSizeFactory(variant__product__category=gymwear).sku, 1)
    assert checkout.place_order(held, ADA, LAGOS_ISLAND).pk


def test_a_country_without_a_zone_is_quoted_later() -> None:
    order = checkout.place_order(bag_with((VariantSizeFactory(), 1)), ADA, Destination("CA"))
    assert (order.quote_status, order.delivery_subunit) == ("awaiting", 0)
    assert [label for label, _ in totals_of(order)] == ["Subtotal", "Total"]


@pytest.mark.parametrize(
    ("destination", "field"),
    [
        (Destination("XX"), "country"),
        (Destination("NG", "Atlantis"), "state"),
        (Destination("NG", "Lagos", "Nowhere"), "area"),
        (Destination("NG", "Lagos"), "area"),
    ],
)
def test_an_unknown_place_is_refused_by_its_field(destination: Destination, field: str) -> None:
    held = bag_with((VariantSizeFactory(), 1))
    with pytest.raises(ShopError) as refusal:
        checkout.place_order(held, ADA, destination)
    assert refusal.value.field == field
    assert not Order.objects.exists()


def test_an_empty_bag_is_no_order() -> None:
    with pytest.raises(ShopError, match="Your bag is empty"):
        checkout.place_order(bag.open_bag(), ADA, LAGOS_ISLAND)


def test_what_is_published_later_cannot_be_bought_now() -> None:
    later = timezone.now() + timedelta(days=1)
    size = VariantSizeFactory(variant__product__publish_at=later)
    with pytest.raises(ShopError, match="There is no piece") as refusal:
        bag.add(bag.open_bag(), size.sku, 1)
    assert refusal.value.field == "sku"


@pytest.mark.parametrize("what", ["size", "variant", "product", "category"])
def test_what_was_withdrawn_meanwhile_is_not_ordered(what: str) -> None:
    lagos()
    size = VariantSizeFactory()
    held = bag_with((size, 1))
    owner = {
        "size": size,
        "variant": size.variant,
        "product": size.variant.product,
        "category": size.variant.product.category,
    }[what]
    type(owner).objects.filter(pk=owner.pk).update(active=False)
    with pytest.raises(ShopError, match="is no longer sold"):
        checkout.place_order(held, ADA, LAGOS_ISLAND)
    assert not Order.objects.exists()

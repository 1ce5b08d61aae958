"""What changed since a piece went into the bag is told, line by line, and never done silently."""

import pytest
from django.test import Client

from catalog import stock
from catalog.models import VariantSize
from orders import bag, checkout, pricing
from orders.models import Bag
from tests.factories import ADA, LAGOS_ISLAND, BundleFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db


def notices(held: Bag) -> list[tuple[str, int | None]]:
    return [(notice.code, notice.set_to) for notice in bag.view(held).notices]


def test_a_new_price_is_told_and_does_not_stop_the_order() -> None:
    lagos()
    size = VariantSizeFactory(on_hand=5, price_kobo=900_000)
    held = bag_with((size, 1))
    assert notices(held) == []
    VariantSize.objects.update(price_kobo=950_000)
    [notice] = bag.view(held).notices
    assert "was ₦9,000 when you chose it and is ₦9,500 now" in notice.message
    assert not notice.must_be_mended
    assert checkout.place_order(held, ADA, LAGOS_ISLAND).subtotal_subunit == 950_000


def test_saying_yes_ends_the_notice() -> None:
    size = VariantSizeFactory(on_hand=5, price_kobo=900_000)
    held = bag_with((size, 1))
    VariantSize.objects.update(price_kobo=850_000)
    assert [code for code, _ in notices(held)] == ["price_changed"]
    bag.set_quantity(held, held.lines.get().pk, 1)
    assert notices(held) == []


def test_a_bundles_price_too() -> None:
    size = VariantSizeFactory(on_hand=9)
    bundle = BundleFactory(eligible=[size.variant.product], price_kobo=2_000_000)
    held = bag.open_bag()
    bag.add_bundle(held, bundle.slug, [size.sku] * 3)
    bundle.price_kobo = 2_100_000
    bundle.save()
    assert [code for code, _ in notices(held)] == ["price_changed"]


def test_the_page_offers_what_is_left(client: Client) -> None:
    size = VariantSizeFactory(on_hand=5)
    client.post("/bag/", {"sku": size.sku, "quantity": 4})
    stock.adjust(size.pk, -3, "damaged")
    page = client.get("/bag/")
    [notice] = page.context["quote"].notices
    assert (notice.code, notice.set_to) == ("low_stock", 2)
    assert "Set to 2" in page.text
    client.post(f"/bag/lines/{notice.line_id}/", {"quantity": "2"})
    assert client.get("/bag/").context["quote"].notices == []


def test_nothing_is_offered_where_two_lines_want_the_same() -> None:
    size = VariantSizeFactory(on_hand=9)
    bundle = BundleFactory(eligible=[size.variant.product])
    held = bag_with((size, 2))
    bag.add_bundle(held, bundle.slug, [size.sku] * 3)
    stock.adjust(size.pk, -6, "damaged")
    assert [set_to for code, set_to in notices(held) if code == "low_stock"] == [None, None]


def test_what_must_be_mended_and_what_is_only_told() -> None:
    told = [pricing.Notice(code, "") for code in ("price_changed", "withdrawn", "low_stock", "out_of_stock")]
    assert [notice.must_be_mended for notice in told] == [False, True, True, True]

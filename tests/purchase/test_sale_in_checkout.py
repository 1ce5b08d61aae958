"""During a sale page, card, API, structured data, bag, quote and order line all say the same figure."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import detail, freshness
from catalog.models import Sale, VariantSize
from orders import bag, checkout, contents
from orders.models import Bag, Order, OrderLine
from orders.pricing import PriceChanged, quote
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    SalePriceFactory,
    SizeFactory,
    VariantSizeFactory,
    bag_with,
    lagos,
)

pytestmark = pytest.mark.django_db
FEE = 400_000


@pytest.fixture
def size() -> VariantSize:
    """₦8,500, and ₦7,000 in a sale that began after its first price was recorded."""
    row = VariantSizeFactory(variant__product__slug="brief", variant__product__base_price_kobo=850_000)
    freshness.catch_up()
    SalePriceFactory(product=row.variant.product, price_kobo=700_000)
    freshness.catch_up()
    lagos()
    return row


def test_everybody_says_the_same(client: Client, size: VariantSize) -> None:
    was, now = 850_000, 700_000
    told = client.get("/api/v1/products/brief/").json()
    (row,) = told["variants"][0]["sizes"]
    for each in (row["price"], told["price_from"], told["variants"][0]["price_from"]):
        assert each["amount"] == now
    for each in (row, told, told["variants"][0]):
        assert (each["compare_at"]["amount"], each["lowest_30_days"]["amount"]) == (was, was)
    assert row["sale_ends_at"]

    (card,) = client.get("/api/v1/products/").json()["results"]
    assert [card[name]["amount"] for name in ("price_from", "compare_at", "lowest_30_days")] == [now, was, was]

    page = client.get("/products/brief/?colour=black&size=M").text
    assert '<s class="was"><span class="visually-hidden">Was </span>₦8,500</s>' in page
    assert '<span class="price">₦7,000</span>' in page
    assert 'Lowest price in the 30 days before: <span class="num">₦8,500</span>' in page
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data
    offer = json.loads(data[1])[0]["hasVariant"][0]["offers"]
    assert (offer["price"], offer["priceSpecification"]["price"]) == ("7000", "8500")
    assert offer["priceValidUntil"] == row["sale_ends_at"]
    assert "₦7,000" in client.get("/shop/").text

    held = bag_with((size, 2))
    (item,) = quote(held, LAGOS_ISLAND).items
    assert (item.unit.amount, item.compare_at and item.compare_at.amount) == (now, was)
    (line,) = client.get(f"/api/v1/bags/{held.token}/").json()["lines"]
    assert (line["unit_price"]["amount"], line["compare_at"]["amount"]) == (now, was)
    order = checkout.place_order(held, ADA, LAGOS_ISLAND, expected_total=2 * now + FEE)
    assert OrderLine.objects.get(order=order).unit_price_subunit == now


def test_the_bag_page_strikes_the_former_price_through(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku, "quantity": "2"})
    text = client.get("/bag/").text
    assert "₦17,000</s>" in text
    assert '<span class="price">₦14,000</span>' in text


def end(sale: Sale) -> None:
    Sale.objects.filter(pk=sale.pk).update(ends_at=timezone.now() - timedelta(seconds=1))


def test_a_sale_that_ends_before_the_order_is_no_surprise(size: VariantSize) -> None:
    held = bag_with((size, 1))
    seen = quote(held, LAGOS_ISLAND).total.amount
    end(Sale.objects.get())
    with pytest.raises(PriceChanged, match="₦12,500, not ₦11,000"):
        checkout.place_order(held, ADA, LAGOS_ISLAND, expected_total=seen)
    assert not Order.objects.exists()
    assert Bag.objects.get(pk=held.pk).state == Bag.State.OPEN
    assert checkout.place_order(held, ADA, LAGOS_ISLAND, expected_total=850_000 + FEE)


def test_a_sale_that_begins_before_the_order_is_told_as_well(size: VariantSize) -> None:
    Sale.objects.update(active=False)
    held = bag_with((size, 1))
    seen = quote(held, LAGOS_ISLAND).total.amount
    Sale.objects.update(active=True)
    with pytest.raises(PriceChanged):
        checkout.place_order(held, ADA, LAGOS_ISLAND, expected_total=seen)


def test_pieces_of_a_bundle_share_by_what_they_cost_now(size: VariantSize) -> None:
    other = VariantSizeFactory(variant__product__base_price_kobo=700_000, size=SizeFactory(name="L"))
    bundle = BundleFactory(price_kobo=1_000_000, pieces=2, eligible=[size.variant.product, other.variant.product])
    held = bag.open_bag()
    bag.add_bundle(held, bundle.slug, [size.sku, other.sku])
    (item,) = quote(held, LAGOS_ISLAND).items
    assert [part.unit.amount for part in item.parts] == [500_000, 500_000]
    assert item.compare_at is None


def test_a_sale_costs_no_query_more(size: VariantSize, django_assert_num_queries: Any) -> None:
    held = bag_with((size, 1))
    for running in (True, False):
        Sale.objects.update(active=running)
        freshness.catch_up()
        with django_assert_num_queries(2):
            contents.contents_of(held)
        with django_assert_num_queries(2):
            detail.product_page("brief")

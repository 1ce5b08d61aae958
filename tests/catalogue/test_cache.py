"""The cached product: fast when nothing changed, true as soon as something did, dispensable always."""

from typing import Any

import pytest
from django.core.cache import cache as django_cache
from django.test import Client

from catalog import cache, stock
from catalog.models import Product
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db(transaction=True)


def price_shown(slug: str) -> str:
    page = cache.product_page(slug)
    assert page is not None
    return str(page["variants"][0]["sizes"][0]["price"]["display"])


def available(client: Client, slug: str) -> int:
    return int(client.get(f"/api/v1/products/{slug}/").json()["variants"][0]["sizes"][0]["available"])


def test_the_second_read_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    slug = VariantSizeFactory().variant.product.slug
    cache.product_page(slug)
    with django_assert_num_queries(0):
        cache.product_page(slug)


def test_a_new_price_is_shown_at_once() -> None:
    product = VariantSizeFactory().variant.product
    assert price_shown(product.slug) == "₦8,500"
    product.base_price_kobo = 900_000
    product.save()
    assert price_shown(product.slug) == "₦9,000"


def test_stock_is_true_on_page_and_api_after_every_movement(client: Client) -> None:
    size = VariantSizeFactory(on_hand=5)
    slug = size.variant.product.slug
    assert available(client, slug) == 5
    placed_order((size, 2))
    assert available(client, slug) == 3
    stock.adjust(size.pk, 4, "received")
    assert available(client, slug) == 7


def test_what_was_read_before_a_change_and_stored_after_it_is_never_served() -> None:
    product = VariantSizeFactory().variant.product

    def slow() -> bytes:
        Product.objects.get(pk=product.pk).save()  # somebody changes it while we build
        return b"old"

    assert cache.ready("page", cache.product_key(product.slug), slow) == b"old"
    assert cache.ready("page", cache.product_key(product.slug), lambda: b"new") == b"new"


def test_without_redis_pages_still_come(settings: Any, client: Client) -> None:
    slug = VariantSizeFactory().variant.product.slug
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert client.get(f"/products/{slug}/").status_code == 200
    assert client.get(f"/api/v1/products/{slug}/").status_code == 200


def test_switched_off_it_is_not_read(settings: Any) -> None:
    slug = VariantSizeFactory().variant.product.slug
    price_shown(slug)
    settings.CACHE_ENABLED = False
    Product.objects.filter(slug=slug).update(base_price_kobo=900_000)
    assert price_shown(slug) == "₦9,000"
    django_cache.clear()

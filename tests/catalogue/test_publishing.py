"""What the clock changes reaches lists, pages and the record of prices; time is moved through the rows."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from catalog import browse, cache, freshness, periodic, price_history, publishing
from catalog.models import CatalogueChange, PriceRecord, Product, Published, Sale, VariantSize
from tests.factories import ProductFactory, SaleFactory, SalePriceFactory, VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def recorded(size: VariantSize) -> list[tuple[int, int | None]]:
    rows = PriceRecord.objects.filter(variant_size=size).order_by("id")
    return list(rows.values_list("price_kobo", "lowest_before_kobo"))


def aged(size: VariantSize, *history: tuple[int, int]) -> None:
    """A record of prices as (days ago, kobo), as if it had been written then."""
    PriceRecord.objects.bulk_create(
        PriceRecord(variant_size=size, price_kobo=kobo, recorded_at=timezone.now() - timedelta(days=days))
        for days, kobo in history
    )


def let_begin(sale: Sale) -> None:
    """The start falls due, without anybody writing to the sale: the triggers are told nothing."""
    Published.objects.update_or_create(id=1, defaults={"until": sale.starts_at - timedelta(seconds=1)})


def hours_left() -> int:
    return round((publishing.seconds_left() or 0) / 3600)


def test_nothing_is_kept_beyond_the_next_moment_whatever_this_machine_takes_for_the_time() -> None:
    SaleFactory(starts_at=timezone.now() + timedelta(seconds=60))
    with time_machine.travel(timezone.now() - 2 * HOUR):
        assert 0 < cache.lifetime() <= 60


def test_the_next_moment_is_the_first_of_all_that_is_planned() -> None:
    now = timezone.now()
    assert publishing.seconds_left() is None
    SaleFactory(starts_at=now + 5 * HOUR, ends_at=now + 9 * HOUR)
    assert hours_left() == 5
    running = SaleFactory(ends_at=now + 4 * HOUR)
    assert hours_left() == 4
    ProductFactory(unpublish_at=now + 3 * HOUR)
    assert hours_left() == 3
    later = ProductFactory(publish_at=now + 2 * HOUR)
    assert hours_left() == 2
    Product.objects.filter(pk=later.pk).update(active=False)
    Sale.objects.filter(pk=running.pk).update(active=False)
    assert hours_left() == 3


def test_the_next_moment_costs_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        publishing.seconds_left()


def test_a_sale_that_begins_by_the_clock_reaches_lists_pages_and_the_record(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    size = VariantSizeFactory(variant__product__slug="brief")
    freshness.catch_up()
    entry = SalePriceFactory(product=size.variant.product, price_kobo=700_000)
    # Nobody noted it: as if it had been planned long ago, and the clock had reached it just now.
    CatalogueChange.objects.all().delete()
    assert browse.listing().cards[0]["price_from"]["amount"] == 850_000
    let_begin(entry.sale)
    with django_capture_on_commit_callbacks(execute=True):
        assert periodic.publish() == 1
    card = browse.listing().cards[0]
    assert (card["price_from"]["amount"], card["compare_at"]["amount"]) == (700_000, 850_000)
    assert card["lowest_30_days"]["amount"] == 850_000
    page = cache.product_page("brief")
    assert page is not None
    assert page["variants"][0]["sizes"][0]["price"]["amount"] == 700_000
    assert recorded(size) == [(850_000, None), (700_000, 850_000)]
    assert periodic.publish() == 0
    assert len(recorded(size)) == 2


def test_a_product_comes_and_goes_by_the_clock() -> None:
    now = timezone.now()
    product = VariantSizeFactory(variant__product__publish_at=now + HOUR).variant.product
    freshness.catch_up()
    assert browse.listing().total == 0
    Product.objects.filter(pk=product.pk).update(publish_at=now - 2 * HOUR)
    CatalogueChange.objects.all().delete()
    Published.objects.update_or_create(id=1, defaults={"until": now - 3 * HOUR})
    assert periodic.publish() == 1
    assert browse.listing().total == 1
    Product.objects.filter(pk=product.pk).update(unpublish_at=now - timedelta(seconds=1))
    CatalogueChange.objects.all().delete()
    Published.objects.update(until=now - HOUR)
    assert periodic.publish() == 1
    assert browse.listing().total == 0
    assert cache.product_page(product.slug) is None


def test_what_the_clock_did_is_noted_once() -> None:
    entry = SalePriceFactory(product=VariantFactory().product)
    let_begin(entry.sale)
    assert (publishing.apply_due(), publishing.apply_due()) == (1, 0)


def test_every_new_price_is_recorded_once() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=850_000)
    product = size.variant.product
    for _ in range(2):
        freshness.catch_up()
        assert price_history.record([product.pk]) == 0
    VariantSize.objects.filter(pk=size.pk).update(price_kobo=900_000)
    freshness.catch_up()
    VariantSize.objects.filter(pk=size.pk).update(low_stock_threshold=1)
    freshness.catch_up()
    Sale.objects.all().delete()
    SalePriceFactory(product=product, price_kobo=700_000)
    freshness.catch_up()
    Sale.objects.all().delete()
    freshness.catch_up()
    assert recorded(size) == [(850_000, None), (900_000, 850_000), (700_000, 850_000), (900_000, 700_000)]


def test_the_lowest_price_is_of_the_thirty_days_before() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=800_000)
    # 500 ended 35 days ago, so it no longer counts; 900 held when the thirty days began; 850 came within them.
    aged(size, (60, 500_000), (35, 900_000), (10, 850_000))
    price_history.record([size.variant.product_id])
    assert recorded(size)[-1] == (800_000, 850_000)


def test_a_price_that_held_into_the_thirty_days_counts() -> None:
    size = VariantSizeFactory(variant__product__base_price_kobo=800_000)
    aged(size, (60, 500_000), (29, 900_000))
    price_history.record([size.variant.product_id])
    assert recorded(size)[-1] == (800_000, 500_000)


def test_the_record_never_changes_and_outlives_its_size() -> None:
    size = VariantSizeFactory(on_hand=0)
    freshness.catch_up()
    for change in (lambda: PriceRecord.objects.update(price_kobo=1), lambda: PriceRecord.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    size.variant.product.delete()
    assert PriceRecord.objects.count() == 1

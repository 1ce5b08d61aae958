"""While the hourly count of sales writes its order into the rows of lists, pages go on and lists stay right."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections, transaction

from catalog import browse, freshness, listing_rows
from catalog.models import ListingRow, Product
from tests.factories import VariantSizeFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
SECONDS = 20


@pytest.fixture
def product() -> Product:
    made: Product = VariantSizeFactory(variant__product__name="Brief").variant.product
    freshness.catch_up()
    ListingRow.objects.update(by_sales=-7)
    return made


@contextmanager
def counting() -> Iterator[None]:
    """The count has written its rows, and has not committed."""
    written, seen = threading.Event(), threading.Event()

    def count() -> None:
        try:
            with transaction.atomic():
                listing_rows.count_sales()
                written.set()
                seen.wait(SECONDS)
        finally:
            connections.close_all()

    thread = threading.Thread(target=count)
    thread.start()
    assert written.wait(SECONDS)
    try:
        yield
    finally:
        seen.set()
        thread.join()


def renamed(product: Product) -> None:
    """Past the shop, so that the next page is the first to meet the change."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET name = 'Boxer' WHERE id = %s", [product.pk])


@contextmanager
def short_patience() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
        yield
        cursor.execute("RESET lock_timeout")


def test_a_list_waits_for_nothing(product: Product) -> None:
    with counting():
        renamed(product)
        assert [card["price_varies"] for card in browse.listing().cards] == [False]
        assert ListingRow.objects.get().by_sales == -7
    freshness.catch_up()
    assert ListingRow.objects.get().by_sales == 0
    assert [card["name"] for card in browse.listing().cards] == ["Boxer"]


def test_it_would_wait_if_they_did_not_take_turns(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    with counting():
        renamed(product)
        monkeypatch.setattr(listing_rows, "REFRESHING", listing_rows.REFRESHING + 1)
        with short_patience(), pytest.raises(OperationalError, match="lock timeout"):
            browse.listing()

"""Redis frozen, killed, emptied or absent: pages still come, and quickly after the first time-out."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catalog import freshness
from catalog.models import CatalogueChange, Product
from core import breaker, redis_store
from devtools.services import places, valkey
from orders.models import BagLine
from tests.ahead import Ahead
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/", "/shop/", "/products/brief/", "/api/v1/products/brief/", "/bag/", "/accounts/login/"]
# Generous: a frozen Redis costs a quarter of a second once, and building six pages the rest.
ALL_WITHIN = 6.0


@pytest.fixture
def own_redis(settings: Any) -> Iterator[int]:
    """A Redis to break, and its process."""
    VariantSizeFactory(variant__product__slug="brief")
    with (
        places.temporary("prechi-fault-") as folder,
        places.temporary("prechi-") as sockets,
        valkey.running(folder, sockets, throwaway=True) as addresses,
    ):
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": addresses.cache}}
        process = int((Path(folder) / "valkey" / "valkey.pid").read_text())
        yield process
        try:
            os.kill(process, signal.SIGCONT)
        except ProcessLookupError:
            pass


def all_pages() -> float:
    """Opens each page as a shopper with a bag and a session would; the seconds it took."""
    client, shop = Client(), Ahead()
    client.cookies["sessionid"] = "x" * 32
    started = time.monotonic()
    for path in PAGES:
        assert client.get(path).status_code == 200
        assert shop.get(path, cookie=f"sessionid={'x' * 32}").status == 200
    assert client.post("/bag/", {"sku": "none"}).status_code == 400
    return time.monotonic() - started


def test_frozen(own_redis: int) -> None:
    all_pages()
    os.kill(own_redis, signal.SIGSTOP)
    assert all_pages() < ALL_WITHIN
    os.kill(own_redis, signal.SIGCONT)
    back = time.monotonic() + 10
    while redis_store.read("anything") is None and time.monotonic() < back:
        time.sleep(0.1)
    assert redis_store.read("anything") == [None]


def test_frozen_it_is_left_alone_and_not_asked_again_and_again(own_redis: int) -> None:
    redis_store.read("anything")
    os.kill(own_redis, signal.SIGSTOP)
    assert redis_store.read("anything") is None
    started = time.monotonic()
    for _ in range(50):
        assert redis_store.read("anything") is None
    assert time.monotonic() - started < breaker.TIMEOUT_SECONDS


def test_without_the_breaker_each_question_would_wait(own_redis: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker.Breaker, "check", lambda self: None)
    redis_store.read("anything")
    os.kill(own_redis, signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(4):
        assert redis_store.read("anything") is None
    assert time.monotonic() - started > 4 * breaker.TIMEOUT_SECONDS


def test_killed(own_redis: int) -> None:
    all_pages()
    os.kill(own_redis, signal.SIGKILL)
    assert all_pages() < ALL_WITHIN


def test_absent_from_the_start(settings: Any) -> None:
    VariantSizeFactory(variant__product__slug="brief")
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert all_pages() < ALL_WITHIN


def test_a_bag_is_filled_while_it_is_frozen(own_redis: int) -> None:
    all_pages()
    os.kill(own_redis, signal.SIGSTOP)
    size = VariantSizeFactory()
    assert Client().post("/bag/", {"sku": size.sku}).status_code == 302
    assert BagLine.objects.get().variant_size == size


def test_a_change_that_it_did_not_hear_of_is_told_later(own_redis: int) -> None:
    freshness.catch_up()
    os.kill(own_redis, signal.SIGSTOP)
    Product.objects.update(name="Boxer")
    freshness.catch_up()
    assert CatalogueChange.objects.exists()
    os.kill(own_redis, signal.SIGCONT)
    back = time.monotonic() + 10
    while CatalogueChange.objects.exists() and time.monotonic() < back:
        freshness.catch_up()
        time.sleep(0.1)
    assert not CatalogueChange.objects.exists()

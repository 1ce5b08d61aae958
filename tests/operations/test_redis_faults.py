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
from tests.running_shop import eventually

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/", "/shop/", "/products/brief/", "/api/v1/products/brief/", "/bag/", "/accounts/login/"]
# A frozen Redis costs a quarter of a second once.
WAITED_MAX = 0.5
BACK_WITHIN = 30.0


@pytest.fixture(autouse=True)
def as_quick_as_the_shop(quick_with_redis: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "TIMEOUT_SECONDS", quick_with_redis)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each time-out and of each pause: what the shop waits for, and not how fast this machine is. Once
    left alone Redis stays so, or a slow machine would have time to ask it again."""
    made: list[float] = []
    trip, sleep = breaker.Breaker.trip, time.sleep

    def timed_out(self: breaker.Breaker) -> None:
        made.append(breaker.TIMEOUT_SECONDS)
        trip(self)

    def paused(seconds: float) -> None:
        made.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(breaker.Breaker, "trip", timed_out)
    monkeypatch.setattr(time, "sleep", paused)
    monkeypatch.setattr(breaker, "ALONE_SECONDS", 600.0)
    return made


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


def all_pages() -> None:
    """Opens each page as a shopper with a bag and a session would."""
    client, shop = Client(), Ahead()
    client.cookies["sessionid"] = "x" * 32
    for path in PAGES:
        assert client.get(path).status_code == 200
        assert shop.get(path, cookie=f"sessionid={'x' * 32}").status == 200
    assert client.post("/bag/", {"sku": "none"}).status_code == 400


def test_frozen(own_redis: int, waits: list[float]) -> None:
    all_pages()
    os.kill(own_redis, signal.SIGSTOP)
    waits.clear()
    all_pages()
    assert 0 < sum(waits) < WAITED_MAX
    options = breaker.pool_options("redis://localhost")
    assert {options[name] for name in ("socket_timeout", "socket_connect_timeout")} == {breaker.TIMEOUT_SECONDS}


def test_it_is_asked_again_when_it_is_back(own_redis: int) -> None:
    redis_store.read("anything")
    os.kill(own_redis, signal.SIGSTOP)
    assert redis_store.read("anything") is None
    os.kill(own_redis, signal.SIGCONT)
    assert eventually(lambda: redis_store.read("anything"), BACK_WITHIN) == [None]


def test_frozen_it_is_left_alone_and_not_asked_again_and_again(own_redis: int, waits: list[float]) -> None:
    redis_store.read("anything")
    os.kill(own_redis, signal.SIGSTOP)
    for _ in range(50):
        assert redis_store.read("anything") is None
    assert waits == [breaker.TIMEOUT_SECONDS]


def test_without_the_breaker_each_question_would_wait(
    own_redis: int, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker.Breaker, "check", lambda self: None)
    redis_store.read("anything")
    os.kill(own_redis, signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(4):
        assert redis_store.read("anything") is None
    assert time.monotonic() - started > 4 * breaker.TIMEOUT_SECONDS
    assert sum(waits) >= 4 * breaker.TIMEOUT_SECONDS


def test_killed(own_redis: int, waits: list[float]) -> None:
    all_pages()
    os.kill(own_redis, signal.SIGKILL)
    waits.clear()
    all_pages()
    assert sum(waits) < WAITED_MAX


def test_absent_from_the_start(settings: Any, waits: list[float]) -> None:
    VariantSizeFactory(variant__product__slug="brief")
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    all_pages()
    assert sum(waits) < WAITED_MAX


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

    def all_told() -> bool:
        freshness.catch_up()
        return not CatalogueChange.objects.exists()

    assert eventually(all_told, BACK_WITHIN)

"""An order's link is looked up once; what is wrong is looked up each time, and opens nothing."""

import hashlib
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core import redis_store
from orders import events, lifecycle
from orders.models import Order
from orders.tokens import order_id_of
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return placed_order((VariantSizeFactory(), 1))


def test_the_second_look_asks_the_database_nothing(order: Order, django_assert_num_queries: Any) -> None:
    assert order_id_of(order.token) == order.pk
    with django_assert_num_queries(0):
        assert order_id_of(order.token) == order.pk


def test_a_wrong_token_is_never_remembered(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_store, "write", lambda *args: pytest.fail("it was remembered"))
    for token in ("", "x" * 30, order.token[:-1], order.token + "x", "\0", "x" * 5000):
        assert order_id_of(token) is None


def test_a_memory_that_lies_opens_nothing(order: Order, client: Client) -> None:
    name = f"order:{hashlib.sha256(b'y' * 30).hexdigest()}"
    redis_store.write({name: str(order.pk).encode()}, 60)
    assert order_id_of("y" * 30) == order.pk
    assert client.get(f"/orders/{'y' * 30}/").status_code == 404
    assert client.get(f"/api/v1/orders/{'y' * 30}/").status_code == 404


def test_the_order_itself_is_always_read(order: Order, client: Client) -> None:
    client.get(f"/orders/{order.token}/")
    lifecycle.cancel(order.pk, events.CUSTOMER)
    assert "This order is cancelled" in client.get(f"/orders/{order.token}/").text
    cache.clear()
    assert client.get(f"/orders/{order.token}/").status_code == 200

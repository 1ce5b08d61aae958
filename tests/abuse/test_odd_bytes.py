"""What no browser and no client of ours would send: refused, never a failure, and nothing is changed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from core import idempotency
from core.models import IdempotencyKey
from orders.models import Bag, Order
from tests.api.conftest import api as api
from tests.api.conftest import bag as bag
from tests.api.conftest import order_of as order_of
from tests.api.conftest import piece as piece
from tests.factories import BundleFactory, VariantSizeFactory, bag_with, lagos

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/orders/"
ADDRESS = {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "street": "1", "phone": "08031234567"}
PERSON = {"email": "ada@prechi.test", "full_name": "Ada", "consent": "on", "expected_total": "1250000"}


@pytest.fixture
def browser() -> Client:
    """With one piece of ₦8,500 in the bag."""
    lagos()
    client = Client(raise_request_exception=False)
    client.cookies["bag"] = bag_with((VariantSizeFactory(), 1)).token
    return client


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "form",
    [
        {"sku": "\0"},
        {"bundle": "a\0b"},
        {"bundle": "a\0b", "sku": "X"},
        {"bundle": "x" * 5000, "sku": "X"},
        {"show": "1", "bundle": "a\0b"},
        {"show": "1", "bundle": "//evil.example"},
        {"sku": "X", "quantity": "٣"},
    ],
    ids=repr,
)
def test_the_bag(browser: Client, form: dict[str, str]) -> None:
    assert 400 <= browser.post("/bag/", form).status_code < 500


@pytest.mark.parametrize(
    "form",
    [
        {"country": "GB", "state": "\0", "area": "\0"},
        {"country": "NG", "state": "Lagos\0"},
        {"country": "\0"},
        {"country": "GBR"},
        {"country": "826"},
        {"full_name": "Ada\r\n\r\nYou have won: evil.example"},
        {"street": "1\u2028Broad Street"},
        {"full_name": "\u202eadA"},
        {"full_name": "\u200b"},
        {"full_name": "Ada\u200e"},
        {"email": "ada@prechi.test\r\nBcc: eve@evil.test"},
    ],
    ids=repr,
)
def test_checkout(browser: Client, form: dict[str, str]) -> None:
    assert browser.post("/checkout/", PERSON | ADDRESS | form).status_code == 400
    assert browser.post("/checkout/", PERSON | ADDRESS | form | {"update": "1"}).status_code in (200, 400)
    assert not Order.objects.exists()


@pytest.mark.parametrize("name", ["sessionid", "bag", "csrftoken", "messages", "bag_count"])
def test_cookies(browser: Client, name: str) -> None:
    for address in ("/bag/", "/checkout/", "/orders/", "/accounts/login/", "/admin/"):
        assert browser.get(address, HTTP_COOKIE=f'{name}="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\000"').status_code < 500


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_three_megabytes(browser: Client, content_type: str) -> None:
    for address in ("/webhooks/paystack/", "/webhooks/resend/", "/bag/", ORDERS, "/accounts/login/"):
        answer = browser.post(address, b"x" * 3 * 1024 * 1024, content_type=content_type)
        assert answer.status_code < 500, address
    assert not Order.objects.exists()


@pytest.mark.parametrize("depth", [200, 300, 900, 5000, 100_000])
@pytest.mark.parametrize("keyed", [False, True])
def test_deep_bodies(api: APIClient, order_of: Callable[..., dict[str, Any]], depth: int, keyed: bool) -> None:
    api.raise_request_exception = False
    body = json.dumps(order_of(email="no address"))[:-1] + ', "extra": ' + "[" * depth + "]" * depth + "}"
    headers = {"Idempotency-Key": "k"} if keyed else {}
    assert api.post(ORDERS, body, content_type="application/json", headers=headers).status_code == 400


def test_what_is_too_deep_to_be_remembered(api: APIClient, order_of: Callable[..., dict[str, Any]]) -> None:
    api.raise_request_exception = False
    answer = api.post(ORDERS, order_of(extra=nested(300)), format="json", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["", " " * 256, "k\x7f", "k" * 256])
def test_keys_that_are_none(api: APIClient, order_of: Callable[..., dict[str, Any]], key: str) -> None:
    answer = api.post(ORDERS, order_of(), headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert not Order.objects.exists()


def test_keys_for_bags_that_are_none_are_not_kept(api: APIClient, order_of: Callable[..., dict[str, Any]]) -> None:
    for number in range(3):
        body = order_of(bag=f"guessed-token-{number:026}")
        assert api.post(ORDERS, body, headers={"Idempotency-Key": "k"}).status_code == 404
    assert not IdempotencyKey.objects.exists()


def test_answers_are_forgotten_after_a_day(api: APIClient, order_of: Callable[..., dict[str, Any]]) -> None:
    body = order_of()
    assert api.post(ORDERS, body, headers={"Idempotency-Key": "k"}).status_code == 201
    assert idempotency.forget_old() == 0
    IdempotencyKey.objects.update(created_at=Now() - idempotency.KEPT_FOR - timedelta(seconds=1))
    assert idempotency.forget_old() == 1
    assert api.post(ORDERS, body, headers={"Idempotency-Key": "k"}).status_code == 201
    assert Order.objects.count() == 1


def test_a_thousand_picks_are_not_looked_up(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product])
    with django_assert_max_num_queries(20):
        answer = browser.post("/bag/", {"bundle": bundle.slug, "sku": [size.sku] * 900})
    assert answer.status_code == 400
    assert Bag.objects.get().lines.count() == 1

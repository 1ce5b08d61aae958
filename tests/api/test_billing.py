"""An order over the API whose invoice goes to somebody else than its parcel."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import VariantSize
from orders.models import Order
from tests.api.conftest import fields_of

ORDERS = "/api/v1/orders/"
BILLING = {"name": "Obi & Sons Ltd", "address": "4 Broad Street\nMarina, Lagos"}
Body = Callable[..., dict[str, Any]]


def test_it_is_kept_and_told(api: APIClient, order_of: Body) -> None:
    answer = api.post(ORDERS, order_of(billing=BILLING))
    assert (answer.status_code, answer.json()["billing"]) == (201, BILLING)
    assert api.get(answer.headers["Location"]).json()["billing"] == BILLING
    assert answer.json()["full_name"] == "Ada Obi"


@pytest.mark.parametrize("more", [{}, {"billing": None}], ids=["not sent", "null"])
def test_without_it_the_recipient_gets_the_invoice(api: APIClient, order_of: Body, more: dict[str, None]) -> None:
    answer = api.post(ORDERS, order_of(**more))
    assert (answer.status_code, answer.json()["billing"]) == (201, None)


@pytest.mark.parametrize(
    ("billing", "fields"),
    [
        ("Obi & Sons", ["billing"]),
        ({}, ["billing.name", "billing.address"]),
        ({"name": "Obi"}, ["billing.address"]),
        ({"address": "Lagos"}, ["billing.name"]),
        (BILLING | {"name": " "}, ["billing.name"]),
        (BILLING | {"address": "\n"}, ["billing.address"]),
        (BILLING | {"address": "\t\n\u2028"}, ["billing.address"]),
        (BILLING | {"name": None}, ["billing.name"]),
        (BILLING | {"name": 7}, ["billing.name"]),
        (BILLING | {"address": ["Lagos"]}, ["billing.address"]),
        (BILLING | {"name": "Obi\nSons"}, ["billing.name"]),
        (BILLING | {"name": "x" * 121}, ["billing.name"]),
        (BILLING | {"address": "x" * 301}, ["billing.address"]),
        (BILLING | {"address": "\n".join("123456789")}, ["billing.address"]),
        (BILLING | {"address": "Lagos\u202e"}, ["billing.address"]),
        (BILLING | {"address": "a\0b"}, ["billing.address"]),
        (BILLING | {"name": "4084084084084081"}, ["billing.name"]),
        (BILLING | {"address": "Lagos\n4084084084084081"}, ["billing.address"]),
    ],
    ids=repr,
)
def test_what_is_wrong_is_named_and_nothing_is_ordered(
    api: APIClient, order_of: Body, piece: VariantSize, billing: Any, fields: list[str]
) -> None:
    answer = api.post(ORDERS, order_of(billing=billing))
    assert (answer.status_code, fields_of(answer.json())) == (400, fields)
    assert not Order.objects.exists()
    piece.refresh_from_db()
    assert piece.reserved == 0


def test_another_billing_is_another_request(api: APIClient, order_of: Body) -> None:
    body, key = order_of(billing=BILLING), {"Idempotency-Key": "order-1"}
    first = api.post(ORDERS, body, headers=key)
    assert api.post(ORDERS, body, headers=key).content == first.content
    answer = api.post(ORDERS, order_of(), headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")

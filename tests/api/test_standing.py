"""Finding an order without its token, and more time to pay, over the API."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import tries
from orders import events, lifecycle
from orders.models import Order
from tests.api.conftest import fields_of
from tests.factories import paid, placed_order

pytestmark = pytest.mark.django_db
TRACK = "/api/v1/orders/track/"


def test_number_and_address_show_where_it_is_and_no_more(api: APIClient) -> None:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "GIG-42")
    answer = api.post(TRACK, {"number": order.number, "known": "ada@prechi.test"})
    found = answer.json()
    assert answer.status_code == 200
    assert (found["number"], found["status"], found["name"]) == (order.number, "shipped", "Ada O.")
    assert found["parcels"][0]["tracking_number"] == "GIG-42"
    assert found["expected"]["earliest"] < found["expected"]["latest"]
    assert found["address"] == {"country": "NG", "state": "Lagos", "area": "Eti-Osa", "city": ""}
    for secret in (order.token, order.street, order.phone, order.email, "Obi"):
        assert secret not in answer.text


def test_wrong_number_and_wrong_address_are_answered_alike(api: APIClient) -> None:
    order = placed_order()
    wrong = api.post(TRACK, {"number": order.number, "known": "bola@prechi.test"})
    unknown = api.post(TRACK, {"number": "PR-999999", "known": "ada@prechi.test"})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_guesses_are_counted_together_with_those_on_the_page(api: APIClient) -> None:
    order = placed_order()
    for one in range(tries.TRACKINGS_PER_ORDER):
        api.post(TRACK, {"number": order.number, "known": f"guess{one}@prechi.test"})
    assert api.post(TRACK, {"number": order.number, "known": "ada@prechi.test"}).status_code == 429
    assert Client().post("/track/", {"number": order.number, "known": "ada@prechi.test"}).status_code == 429


def test_what_is_missing_is_named(api: APIClient) -> None:
    answer = api.post(TRACK, {})
    assert answer.status_code == 400
    assert fields_of(answer.json()) == ["number", "known"]


def test_more_time_can_be_had_as_often_as_it_says(api: APIClient) -> None:
    order = placed_order()
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() + timedelta(minutes=2))
    address = f"/api/v1/orders/{order.token}/extend/"
    answer = api.post(address)
    assert answer.status_code == 200
    assert answer.json()["hold_extensions_left"] == settings.HOLD_EXTENSIONS_MAX - 1
    order.refresh_from_db()
    assert order.hold_expires_at > timezone.now() + timedelta(minutes=30)
    Order.objects.filter(pk=order.pk).update(hold_extensions=settings.HOLD_EXTENSIONS_MAX)
    refused = api.post(address)
    assert (refused.status_code, refused.json()["code"]) == (409, "hold_used_up")


def test_a_paid_order_needs_no_more_time(api: APIClient) -> None:
    order = paid(placed_order())
    assert api.post(f"/api/v1/orders/{order.token}/extend/").status_code == 409
    assert api.post(f"/api/v1/orders/{'x' * 32}/extend/").status_code == 404

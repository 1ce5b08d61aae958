"""Placing, reading and cancelling orders over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import localtime
from rest_framework.test import APIClient

from catalog.models import VariantSize
from core.models import IdempotencyKey
from orders import delivery_quotes, events, lifecycle, staff_orders
from orders.models import Bag, Order
from tests.api.conftest import ADDRESS, fields_of
from tests.factories import CategoryFactory, VariantSizeFactory, paid, placed_order

ORDERS = "/api/v1/orders/"
Body = Callable[..., dict[str, Any]]


def test_an_order_keeps_the_stock_and_says_until_when(api: APIClient, order_of: Body, piece: VariantSize) -> None:
    answer = api.post(ORDERS, order_of(note="Ring twice.\nThe gate is blue."))
    order = answer.json()
    assert answer.status_code == 201
    assert order["number"].startswith("PR-")
    assert (order["status"], order["payment_status"]) == ("pending_payment", "unpaid")
    assert order["hold_expires_at"].endswith("Z")
    assert order["phone"] == "+2348031234567"
    assert order["note"] == "Ring twice.\nThe gate is blue."
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [(piece.sku, 2)]
    amounts = {name: money["amount"] for name, money in order["totals"].items()}
    assert amounts == {"subtotal": 1_700_000, "discount": 0, "delivery": 400_000, "tax": 0, "total": 2_100_000}
    piece.refresh_from_db()
    assert piece.reserved == 2
    assert api.get(answer.headers["Location"]).json() == order


def test_amounts_of_the_client_are_never_used(api: APIClient, order_of: Body) -> None:
    lies = {
        "total": 1,
        "totals": {"total": {"amount": 1}},
        "delivery": 0,
        "discount": 10**9,
        "status": "paid",
        "user": 1,
    }
    order = api.post(ORDERS, order_of(**lies)).json()
    assert order["totals"]["total"]["amount"] == 2_100_000
    assert order["status"] == "pending_payment"


@pytest.mark.parametrize("seen", [2_100_000, {"amount": 2_100_000, "currency": "NGN", "display": "₦21,000"}, None])
def test_the_total_that_was_seen_is_taken(api: APIClient, order_of: Body, seen: Any) -> None:
    assert api.post(ORDERS, order_of(expected_total=seen)).status_code == 201


def test_another_total_than_was_seen_orders_nothing(api: APIClient, order_of: Body) -> None:
    answer = api.post(ORDERS, order_of(expected_total=2_099_999))
    problem = answer.json()
    assert (answer.status_code, problem["code"], fields_of(problem)) == (409, "price_changed", ["expected_total"])
    assert problem["details"]["total"]["amount"] == 2_100_000
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bag": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "bag"),
        ({"bag": "x" * 41}, "bag"),
        ({"bag": None}, "bag"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@prechi.test\r\nBcc: all@prechi.test"}, "email"),
        ({"email": ["ada@prechi.test"]}, "email"),
        ({"full_name": ""}, "full_name"),
        ({"full_name": "Ada\nObi"}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"full_name": 7}, "full_name"),
        ({"phone": "123"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": 8031234567}, "phone"),
        ({"note": "x" * 501}, "note"),
        ({"note": "a\0b"}, "note"),
        ({"address": None}, "address"),
        ({"address": "Lekki"}, "address"),
        ({"address": {**ADDRESS, "country": "XX"}}, "address.country"),
        ({"address": {**ADDRESS, "state": "Narnia"}}, "address.state"),
        ({"address": {**ADDRESS, "area": "Nowhere"}}, "address.area"),
        ({"address": {**ADDRESS, "area": ""}}, "address.area"),
        ({"address": {**ADDRESS, "street": " "}}, "address.street"),
        ({"address": {**ADDRESS, "country": "GB", "state": "", "area": ""}}, "address.city"),
        ({"currency": "USD"}, "currency"),
        ({"code": "FREE"}, "code"),
        ({"expected_total": "2100000"}, "expected_total"),
        ({"expected_total": 2_100_000.0}, "expected_total"),
        ({"expected_total": True}, "expected_total"),
        ({"expected_total": -1}, "expected_total"),
        ({"expected_total": 10**40}, "expected_total"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_ordered(
    api: APIClient, order_of: Body, piece: VariantSize, change: dict[str, Any], field: str
) -> None:
    answer = api.post(ORDERS, order_of(**change))
    assert answer.status_code in {400, 404}
    assert fields_of(answer.json()) == [field]
    assert not Order.objects.exists()
    piece.refresh_from_db()
    assert piece.reserved == 0


def test_everything_that_is_missing_is_named_at_once(api: APIClient, db: None) -> None:
    answer = api.post(ORDERS, {})
    assert set(fields_of(answer.json())) == {"bag", "email", "full_name", "phone", "address"}


def test_an_empty_bag_is_no_order(api: APIClient, order_of: Body) -> None:
    answer = api.post(ORDERS, order_of(bag=api.post("/api/v1/bags/").json()["token"]))
    assert (answer.status_code, answer.json()["code"]) == (400, "empty_bag")


def test_what_was_sold_meanwhile_is_told_by_piece(api: APIClient, order_of: Body, piece: VariantSize) -> None:
    body = order_of()
    placed_order((piece, 9))
    answer = api.post(ORDERS, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "out_of_stock")
    assert problem["details"]["shortages"] == [{"sku": piece.sku, "wanted": 2, "available": 1}]
    assert Order.objects.count() == 1


def test_the_minimum_of_a_category_is_kept(api: APIClient, order_of: Body, bag: str) -> None:
    brief = VariantSizeFactory(variant__product__category=CategoryFactory(name="Briefs", minimum_quantity=3))
    api.post(f"{bag}lines/", {"sku": brief.sku, "quantity": 2})
    assert api.get(bag).json()["notices"][0]["code"] == "minimum_quantity"
    assert api.post(ORDERS, order_of()).json()["code"] == "minimum_quantity"
    assert not Order.objects.exists()


def test_the_same_request_with_the_same_key_is_done_once(api: APIClient, order_of: Body) -> None:
    body, key = order_of(), {"Idempotency-Key": "order-1"}
    first = api.post(ORDERS, body, headers=key)
    again = api.post(ORDERS, body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert Order.objects.count() == 1


def test_a_replay_stays_the_answer_of_then(api: APIClient, order_of: Body) -> None:
    body, key = order_of(), {"Idempotency-Key": "order-1"}
    first = api.post(ORDERS, body, headers=key)
    api.post(f"{first.headers['Location']}cancel/")
    assert api.post(ORDERS, body, headers=key).content == first.content
    assert api.get(first.headers["Location"]).json()["status"] == "cancelled"


def test_a_key_is_not_used_again_for_another_request(api: APIClient, order_of: Body) -> None:
    api.post(ORDERS, order_of(), headers={"Idempotency-Key": "order-1"})
    answer = api.post(ORDERS, order_of(note="Another"), headers={"Idempotency-Key": "order-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_refused_request_may_be_mended_under_its_key(api: APIClient, order_of: Body) -> None:
    key = {"Idempotency-Key": "order-1"}
    assert api.post(ORDERS, order_of(email="ada"), headers=key).status_code == 400
    assert api.post(ORDERS, order_of(), headers=key).status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "new\x7fline", "näme"])
def test_an_unreadable_key_is_refused(api: APIClient, order_of: Body, key: str) -> None:
    answer = api.post(ORDERS, order_of(), headers={"Idempotency-Key": key})
    assert (answer.status_code, fields_of(answer.json())) == (400, ["Idempotency-Key"])
    assert not Order.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_without_a_key_a_bag_still_becomes_one_order(api: APIClient, order_of: Body) -> None:
    first, again = api.post(ORDERS, order_of()), api.post(ORDERS, order_of())
    assert (again.status_code, again.json()) == (201, first.json())
    assert Order.objects.count() == 1


def test_a_bag_that_was_ordered_is_closed(api: APIClient, order_of: Body, bag: str, piece: VariantSize) -> None:
    api.post(ORDERS, order_of())
    assert api.get(bag).status_code == 404
    assert api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 1}).status_code == 404
    assert Bag.objects.get().lines.get().quantity == 2


def test_cancelling_gives_the_stock_back_once(api: APIClient, order_of: Body, piece: VariantSize) -> None:
    url = api.post(ORDERS, order_of()).headers["Location"]
    first, again = api.post(f"{url}cancel/"), api.post(f"{url}cancel/")
    assert (first.status_code, first.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    piece.refresh_from_db()
    assert (piece.on_hand, piece.reserved) == (10, 0)


def test_an_unknown_token_opens_no_order(api: APIClient, order_of: Body) -> None:
    order = api.post(ORDERS, order_of()).json()
    for token in ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", order["number"], "%00", "x" * 500):
        for answer in (
            api.get(f"{ORDERS}{token}/"),
            api.post(f"{ORDERS}{token}/cancel/"),
            api.post(f"{ORDERS}{token}/payments/"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_nobody_may_keep_an_order(api: APIClient, order_of: Body) -> None:
    answer = api.get(api.post(ORDERS, order_of()).headers["Location"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.django_db
def test_it_says_what_to_do_now_and_what_staff_wrote(api: APIClient) -> None:
    order = placed_order()
    address = f"{ORDERS}{order.token}/"
    found = api.get(address).json()
    assert [told["code"] for told in found["notices"]] == ["pay"]
    assert f"Pay ₦12,500 by {localtime(order.hold_expires_at):%H:%M}" in found["notices"][0]["message"]
    assert (found["messages"], found["refunds"]) == ([], [])
    staff_orders.write_note(order.pk, "Is somebody at home on Friday?", events.SYSTEM, tell_customer=True)
    staff_orders.write_note(order.pk, "Difficult customer", events.SYSTEM)
    assert [said["text"] for said in api.get(address).json()["messages"]] == ["Is somebody at home on Friday?"]
    paid(order)
    assert api.get(address).json()["notices"] == []


@pytest.mark.django_db
def test_it_says_what_goes_back(api: APIClient) -> None:
    order = paid(placed_order())
    cancelled = api.post(f"{ORDERS}{order.token}/cancel/").json()
    found = api.get(f"{ORDERS}{order.token}/").json()
    assert found == cancelled
    assert [(refund["state"], refund["amount"]["display"]) for refund in found["refunds"]] == [("started", "₦12,500")]
    assert found["refunds"] == api.get(f"{ORDERS}{order.token}/refunds/").json()
    assert [told["code"] for told in found["notices"]] == ["money_back"]


@pytest.mark.django_db
def test_it_says_that_delivery_is_to_be_paid(api: APIClient) -> None:
    order = paid(placed_order())
    Order.objects.filter(pk=order.pk).update(quote_status="awaiting")
    assert notice_of_order(api, order)["code"] == "delivery_not_priced"
    delivery_quotes.make(order.pk, 4_500_000, events.SYSTEM)
    told = notice_of_order(api, order)
    assert told["code"] == "pay_delivery"
    assert "As soon as it is paid and your pieces are packed, the parcel leaves." in told["message"]
    lifecycle.pack(order.pk, events.SYSTEM)
    assert "As soon as it is paid, the parcel leaves." in notice_of_order(api, order)["message"]


def notice_of_order(api: APIClient, order: Order) -> dict[str, str]:
    (told,) = api.get(f"{ORDERS}{order.token}/").json()["notices"]
    return told

"""What is wrong is refused with a 4xx that names the field, and nothing has changed."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.journeys.steps import ADDRESS, Customer, sizes_in_stock
from tests.running_shop import RunningShop

ENORMOUS = 10**9
EVERYTHING = """
    SELECT (SELECT count(*) FROM orders_bag), (SELECT count(*) FROM orders_bagline),
           (SELECT coalesce(sum(quantity), 0) FROM orders_bagline), (SELECT count(*) FROM orders_order),
           (SELECT count(*) FROM orders_reservation), (SELECT count(*) FROM orders_orderevent),
           (SELECT count(*) FROM payments_payment WHERE state <> 'captured'), (SELECT count(*) FROM payments_payment),
           (SELECT count(*) FROM payments_providerevent WHERE provider = 'paystack'),
           (SELECT count(*) FROM mailing_outgoingmail), (SELECT count(*) FROM catalog_stockmovement),
           (SELECT sum(on_hand) FROM catalog_variantsize), (SELECT sum(reserved) FROM catalog_variantsize)
"""
SECRET = b"sk_test_prechi_demo"


@pytest.fixture
def browsing(customer: Customer) -> Customer:
    """With something in the bag already."""
    return customer.takes_something()


@pytest.fixture
def unchanged(shop: RunningShop) -> Iterator[Callable[[], None]]:
    """Calling it takes note; at the end everything is as it was."""
    noted: list[Any] = []
    yield lambda: noted.append(shop.sql(EVERYTHING))
    assert noted
    assert shop.sql(EVERYTHING) == noted[0]


def json_post(shop: RunningShop, path: str, body: Any, **headers: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{shop.url}{path}", json=body, headers=headers, timeout=30)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sku": "NO-SUCH-SIZE"}, "no piece “NO-SUCH-SIZE” on sale"),
        ({"quantity": "0"}, "quantity from 1 to 20"),
        ({"quantity": str(ENORMOUS)}, "quantity from 1 to 20"),
        ({"quantity": "-1"}, "quantity as a whole number"),
        ({"quantity": "two"}, "quantity as a whole number"),
    ],
)
def test_the_bag_of_a_page(
    browsing: Customer, unchanged: Callable[[], None], changes: dict[str, str], says: str
) -> None:
    product, colour, size, sku = sizes_in_stock(browsing.shop)[0]
    page = browsing.browser.open(f"/products/{product}/?colour={colour}&size={size}")
    form = page.form("/bag/", button="Add to bag")
    unchanged()
    answer = browsing.browser.force(form, **{"sku": sku, "quantity": "1"} | changes)
    assert 400 <= answer.status < 500
    assert says in answer.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sku": "NO-SUCH-SIZE", "quantity": 1}, "sku"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": ENORMOUS}, "quantity"),
        ({"quantity": "3"}, "quantity"),
    ],
)
def test_the_bag_of_the_api(shop: RunningShop, unchanged: Callable[[], None], body: dict[str, Any], field: str) -> None:
    bag = json_post(shop, "/api/v1/bags/", {}).json()["token"]
    unchanged()
    answer = json_post(shop, f"/api/v1/bags/{bag}/lines/", {"sku": sizes_in_stock(shop)[0][3]} | body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": "Atlantis"}, "Choose your state from the list."),
        ({"area": "Ikoyi-on-Sea"}, "Choose an area of the state above."),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"email": "ada"}, "Write an e-mail address"),
        ({"phone": "12"}, "Write a phone number"),
        ({"street": " "}, "Write street and number."),
        ({"consent": ""}, "Tick that you have read the terms"),
    ],
)
def test_a_wrong_address(browsing: Customer, unchanged: Callable[[], None], changes: dict[str, str], says: str) -> None:
    form = browsing.browser.open("/checkout/").form("/checkout/")
    unchanged()
    right = {"email": browsing.email, **ADDRESS, "state": "Lagos", "area": "Eti-Osa", "consent": "on"}
    answer = browsing.browser.force(form, **right | changes)
    assert answer.status == 400
    assert says in answer.text


def test_a_total_that_is_not_the_shops(browsing: Customer, unchanged: Callable[[], None]) -> None:
    form = browsing.browser.open("/checkout/").form("/checkout/")
    unchanged()
    right = {"email": browsing.email, **ADDRESS, "state": "Lagos", "area": "Eti-Osa", "consent": "on"}
    answer = browsing.browser.force(form, **right, expected_total="100")
    assert answer.status == 409
    assert "Please look at this again" in answer.text


def test_a_form_of_another_site(browsing: Customer, unchanged: Callable[[], None]) -> None:
    form = browsing.browser.open("/checkout/").form("/checkout/")
    unchanged()
    assert browsing.browser.force(form, csrfmiddlewaretoken="forged").status == 403


@pytest.mark.parametrize("address", ["/orders/{}/", "/pay/{}/", "/pay/return/?reference={}", "/api/v1/orders/{}/"])
@pytest.mark.parametrize("token", ["unknown-token-0123456789", "%00", "PR-100001", "..%2f..%2fadmin"])
def test_a_token_that_is_none(customer: Customer, unchanged: Callable[[], None], address: str, token: str) -> None:
    unchanged()
    assert customer.browser.open(address.format(token)).status == 404


@pytest.mark.parametrize("path", ["/api/v1/orders/unknown/cancel/", "/api/v1/orders/unknown/payments/"])
def test_a_token_that_is_none_cannot_be_acted_on(shop: RunningShop, unchanged: Callable[[], None], path: str) -> None:
    unchanged()
    assert json_post(shop, path, {}).status_code == 404


@pytest.mark.parametrize("spoilt", ["unsigned", "wrong", "altered", "other key", "no event"])
def test_a_webhook_that_paystack_never_sent(
    shop: RunningShop, customer: Customer, unchanged: Callable[[], None], spoilt: str
) -> None:
    customer.orders()
    unchanged()
    data = {"id": 1, "reference": customer.reference, "status": "success", "amount": customer.order["total_subunit"]}
    event: dict[str, Any] = {"event": "charge.success", "data": data}
    if spoilt == "no event":
        event = {"hello": "there"}
    body = json.dumps(event).encode()
    key = b"sk_test_of_somebody_else" if spoilt == "other key" else SECRET
    signature = hmac.new(key, body, hashlib.sha512).hexdigest()
    headers = {"Content-Type": "application/json", "x-paystack-signature": signature}
    if spoilt == "unsigned":
        del headers["x-paystack-signature"]
    if spoilt == "wrong":
        headers["x-paystack-signature"] = "0" * 128
    if spoilt == "altered":
        body = body.replace(b'"amount": ', b'"amount": 9')
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{shop.url}/webhooks/paystack/", data=body, headers=headers, timeout=30)
    assert answer.status_code == (400 if spoilt == "no event" else 401)
    assert answer.json()["field"] == ("body" if spoilt == "no event" else "x-paystack-signature")
    assert customer.order["payment_status"] == "unpaid"


def test_a_signed_lie_is_not_believed(shop: RunningShop, customer: Customer) -> None:
    """Even with the key in wrong hands: the shop asks Paystack itself before anything counts as paid."""
    customer.orders()
    data = {"id": 2, "reference": customer.reference, "status": "success", "amount": customer.order["total_subunit"]}
    body = json.dumps({"event": "charge.success", "data": data}).encode()
    signature = hmac.new(SECRET, body, hashlib.sha512).hexdigest()
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{shop.url}/webhooks/paystack/", data=body, headers={"x-paystack-signature": signature}, timeout=30
        )
    assert answer.status_code == 200
    customer.comes_back()
    assert customer.order["payment_status"] == "unpaid"

"""Starting a payment over the API, against the provider sandbox."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from core import switches
from core.models import Switch
from devtools.sandbox.process import Sandbox
from payments import settlement
from payments.models import Payment
from tests.factories import placed_order


@pytest.fixture
def order_url(db: None) -> str:
    return f"/api/v1/orders/{placed_order().token}/"


def test_a_payment_leads_to_the_page_of_the_provider(api: APIClient, order_url: str, sandbox: Sandbox) -> None:
    answer = api.post(f"{order_url}payments/")
    assert answer.status_code == 201
    payment = Payment.objects.get(reference=answer.json()["reference"])
    assert answer.json()["authorization_url"] == payment.authorization_url
    assert answer.json()["amount"]["amount"] == payment.order.total_subunit
    control = f"paystack/transactions/{payment.reference}/pay"
    sandbox.control("POST", control, {"outcome": "success", "webhooks": 0})
    settlement.settle(payment.reference)
    paid = api.get(order_url).json()
    assert (paid["status"], paid["payment_status"]) == ("paid", "paid")
    assert api.post(f"{order_url}payments/").json()["code"] == "not_payable"
    assert api.post(f"{order_url}cancel/").json()["payment_status"] == "refund_due"


def test_the_same_key_starts_one_payment(api: APIClient, order_url: str, sandbox: Sandbox) -> None:
    first = api.post(f"{order_url}payments/", headers={"Idempotency-Key": "pay-1"})
    again = api.post(f"{order_url}payments/", headers={"Idempotency-Key": "pay-1"})
    assert (again.status_code, again.content) == (201, first.content)
    assert Payment.objects.count() == 1


def test_a_provider_that_does_not_answer_is_told_as_such(api: APIClient, order_url: str, settings: Any) -> None:
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    answer = api.post(f"{order_url}payments/", headers={"Idempotency-Key": "pay-1"})
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["code"] == "payment_unavailable"
    assert api.get(order_url).json()["status"] == "pending_payment"


def test_a_paused_shop_starts_no_payment(api: APIClient, order_url: str) -> None:
    Switch.objects.create(name=switches.PAYMENTS_PAUSED, on=True)
    assert api.post(f"{order_url}payments/").status_code == 503
    assert not Payment.objects.exists()

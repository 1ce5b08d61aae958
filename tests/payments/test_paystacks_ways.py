"""Odd but known ways of Paystack's: metadata of any shape, too many calls, a refund that is too small."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.errors import Unavailable
from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from orders import events
from orders.models import Order
from payments import attempts, comparison, periodic, reconciliation, refund_sending, refunds
from payments.models import Payment, ProviderEvent, Refund
from payments.settlement import settle
from tests.factories import placed_order
from tests.payments.conftest import KEY, at_paystack, hear, pay_at_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]


def limit_calls(sandbox: Sandbox, operation: str = "*") -> None:
    sandbox.control("PUT", "faults", {f"paystack.{operation}.fault": "429"})


def no_limit(sandbox: Sandbox, operation: str = "*") -> None:
    sandbox.control("PUT", "faults", {f"paystack.{operation}.fault": None})


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    payment = attempts.start(placed_order())
    pay_at_paystack(sandbox, payment)
    return payment


def status(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).status


@pytest.mark.parametrize("shape", ["as_sent", "empty_string", "zero", "null"])
def test_metadata_of_any_shape_is_no_hindrance(sandbox: Sandbox, payment: Payment, shape: str) -> None:
    sandbox.control("PUT", "faults", {"paystack.metadata": shape})
    assert settle(payment.reference).outcome == "applied"
    assert comparison.compare() == 0


@pytest.mark.parametrize("metadata", ["", 0, None, {}, [], "text", {"order": {"deep": [1]}}])
def test_nor_in_a_webhook(sandbox: Sandbox, payment: Payment, metadata: Any) -> None:
    row = hear("charge.success", {"id": 1, "reference": payment.reference, "metadata": metadata})
    assert row.state == "applied"
    assert status(payment) == "paid"


def test_called_too_often_nothing_is_changed_and_it_is_asked_later(sandbox: Sandbox, payment: Payment) -> None:
    limit_calls(sandbox)
    before = Payment.objects.values().get(pk=payment.pk)
    with pytest.raises(ProviderUnavailable, match="429"):
        settle(payment.reference)
    assert Payment.objects.values().get(pk=payment.pk) == before
    row = hear("charge.success", {"id": 1, "reference": payment.reference})
    assert (row.state, row.attempts) == ("received", 1)
    no_limit(sandbox)
    ProviderEvent.objects.update(next_attempt_at=row.received_at)
    periodic.sweep_events()
    assert status(payment) == "paid"


def test_the_limit_of_the_account_itself(sandbox: Sandbox, payment: Payment) -> None:
    """Without the fault: Paystack counts, and so does the sandbox."""
    sandbox.control("PUT", "faults", {"paystack.rate_limit": 1})
    with pytest.raises(ProviderUnavailable, match="429"):
        settle(payment.reference)
    assert status(payment) == "pending_payment"


def test_an_order_about_which_it_could_not_be_asked_does_not_end(sandbox: Sandbox, payment: Payment) -> None:
    limit_calls(sandbox)
    Order.objects.filter(pk=payment.order_id).update(hold_expires_at=payment.created_at)
    assert reconciliation.expire_unpaid_orders() == 0
    no_limit(sandbox)
    assert reconciliation.expire_unpaid_orders() == 0
    assert status(payment) == "paid"


def test_a_page_that_could_not_be_opened_is_tried_again(sandbox: Sandbox) -> None:
    order = placed_order()
    limit_calls(sandbox)
    with pytest.raises(Unavailable, match="nothing was charged"):
        attempts.start(order)
    no_limit(sandbox)
    assert attempts.start(order).authorization_url


def test_a_refund_that_was_not_taken_is_sent_once_all_the_same(sandbox: Sandbox, bought: Buy) -> None:
    limit_calls(sandbox, "refund")
    order = bought()
    refund = refunds.request(order.pk, reason="Torn", key="1", actor=events.SYSTEM)
    with pytest.raises(ProviderUnavailable):
        refund_sending.go_on(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, "429" in refund.problem) == ("requested", True)
    no_limit(sandbox, "refund")
    Refund.objects.update(sent_at=refund.created_at - refund_sending.LEASE)
    for _ in range(2):
        periodic.sweep_refunds()
    assert [row["amount"] for row in at_paystack(sandbox)[refund.payment.reference]] == [order.total_subunit]


def test_a_refund_below_the_minimum_is_owed_until_it_goes_back_by_hand(sandbox: Sandbox, bought: Buy) -> None:
    sandbox.control("PUT", "faults", {"paystack.refund_minimum": 100_00})
    order = bought()
    refund = refund_sending.go_on(
        refunds.request(order.pk, amount=99_99, reason="A gift", key="1", actor=events.SYSTEM).pk
    )
    order.refresh_from_db()
    assert (refund.state, order.payment_status) == ("failed", "refund_due")
    assert "minimum amount" in refund.problem
    assert at_paystack(sandbox)[refund.payment.reference] == []
    assert list(refund_sending.waiting(Refund.objects.all())) == [refund]
    refunds.given_by_hand(refund.pk, events.SYSTEM, "GTB 77")
    order.refresh_from_db()
    assert order.payment_status == "partly_refunded"


def test_just_the_minimum_goes(sandbox: Sandbox, bought: Buy) -> None:
    sandbox.control("PUT", "faults", {"paystack.refund_minimum": 100_00})
    refund = refunds.request(bought().pk, amount=100_00, reason="A gift", key="1", actor=events.SYSTEM)
    assert refund_sending.go_on(refund.pk).state == "pending"


WRITINGS = {
    "compact": lambda event: json.dumps(event, separators=(",", ":")),
    "spaced": json.dumps,
    "indented": lambda event: json.dumps(event, indent=1),
    "sorted": lambda event: json.dumps(event, sort_keys=True, separators=(",", ":")),
    "escaped": lambda event: json.dumps(event, separators=(",", ":")).replace("/", "\\/"),
    "unescaped": lambda event: json.dumps(event, separators=(",", ":"), ensure_ascii=False),
}


@pytest.mark.parametrize("written", [name for name in WRITINGS if name != "compact"])
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_words_in_other_bytes_are_not_what_was_signed(
    sandbox: Sandbox, payment: Payment, client: Client, written: str, turned: bool
) -> None:
    """What stands between Paystack and the shop may write a body anew: then nobody vouches for it."""
    paid = {"id": 1, "status": "success", "reference": payment.reference, "note": "Adé/Ọlá"}
    event = {"event": "charge.success", "data": paid}
    signed, sent = WRITINGS["compact"](event).encode(), WRITINGS[written](event).encode()
    if turned:
        signed, sent = sent, signed
    assert json.loads(signed) == json.loads(sent)
    assert signed != sent
    before = Payment.objects.values().get(pk=payment.pk)
    answer = deliver(client, sent, signature_of(signed))
    assert (answer.status_code, answer.json()["field"]) == (401, "x-paystack-signature")
    assert not ProviderEvent.objects.exists()
    assert Payment.objects.values().get(pk=payment.pk) == before
    assert deliver(client, signed, signature_of(signed)).status_code == 200


def signature_of(raw: bytes) -> str:
    return hmac.new(KEY.encode(), raw, hashlib.sha512).hexdigest()


def deliver(client: Client, raw: bytes, signature: str) -> Any:
    headers = {"X-Paystack-Signature": signature}
    return client.post("/webhooks/paystack/", raw, content_type="application/json", headers=headers)

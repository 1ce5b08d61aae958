"""The inbox of webhooks: signed, stored once, applied once."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from core.errors import ShopError
from devtools.sandbox.process import Sandbox
from payments import attempts, periodic, provider_events, webhooks
from payments.models import Payment, ProviderEvent
from tests.factories import placed_order

pytestmark = pytest.mark.django_db
KEY = "sk_test_prechi_demo"


def body_for(reference: str, **data: Any) -> bytes:
    paid = {"id": 4_099_260_516, "status": "success", "reference": reference} | data
    return json.dumps({"event": "charge.success", "data": paid}).encode()


def signed(raw: bytes, key: str = KEY) -> str:
    return hmac.new(key.encode(), raw, hashlib.sha512).hexdigest()


def paid_attempt(sandbox: Sandbox) -> Payment:
    payment = attempts.start(placed_order())
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    return payment


def test_the_signature_is_over_the_raw_bytes() -> None:
    raw = b'{"event":"charge.success","data":{"id":1,"reference":"ref-1","amount":5000}}'
    known = (
        "1859235b81342cd0a62c48912eb274eba50f02f7375c7d6dd005b16a2baba2db8d6753b30b6db414c467216e9fa5a090943f8d2dcbc5"
        "7ce651a482cbf1105881"
    )
    assert signed(raw, "sk_test_vector") == known


def test_fifty_deliveries_are_one_event_with_one_effect(sandbox: Sandbox, nudges: list[Any]) -> None:
    payment = paid_attempt(sandbox)
    raw = body_for(payment.reference)
    rows = {webhooks.receive(raw, signed(raw)).pk for _ in range(50)}
    assert len(rows) == 1
    for _ in range(50):
        provider_events.apply(rows.copy().pop())
    payment.refresh_from_db()
    assert payment.outcome == "applied"
    assert ProviderEvent.objects.get().state == "applied"
    assert payment.order.events.filter(kind="paid").count() == 1


def test_a_lost_nudge_is_found_by_the_sweep(sandbox: Sandbox) -> None:
    payment = paid_attempt(sandbox)
    raw = body_for(payment.reference)
    webhooks.receive(raw, signed(raw))
    assert periodic.sweep_events() == 1
    payment.refresh_from_db()
    assert payment.outcome == "applied"


def test_a_webhook_alone_is_not_believed(sandbox: Sandbox) -> None:
    payment = attempts.start(placed_order())
    raw = body_for(payment.reference)
    provider_events.apply(webhooks.receive(raw, signed(raw)).pk)
    payment.refresh_from_db()
    assert (payment.state, payment.order.status) == ("pending", "pending_payment")


def test_the_key_before_a_rotation_still_counts(sandbox: Sandbox, settings: Any) -> None:
    raw = body_for("PR-1-x")
    with pytest.raises(webhooks.NotSigned):
        webhooks.receive(raw, signed(raw, "sk_test_before"))
    settings.PAYSTACK_PREVIOUS_SECRET_KEY = "sk_test_before"
    rows = {webhooks.receive(raw, signed(raw, key)).pk for key in ("sk_test_before", KEY)}
    assert len(rows) == 1  # signed with either it is the same event


@pytest.mark.parametrize(
    "signature", ["", "0" * 128, "ü", signed(body_for("PR-1-x"), "sk_test_other"), signed(b"something else")]
)
def test_unsigned_or_altered_bodies_are_refused_and_not_stored(signature: str) -> None:
    with pytest.raises(webhooks.NotSigned) as refusal:
        webhooks.receive(body_for("PR-1-x"), signature)
    assert (refusal.value.status, refusal.value.field) == (401, "x-paystack-signature")
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"event":1,"data":{}}', b"\xff\xfe", b'{"event":"x","data":{"reference":"\\u0000"}}']
)
def test_a_signed_body_that_is_no_event_is_refused(raw: bytes) -> None:
    with pytest.raises(ShopError) as refusal:
        webhooks.receive(raw, signed(raw))
    assert refusal.value.field == "body"
    assert not ProviderEvent.objects.exists()


def test_a_body_beyond_all_measure_is_refused() -> None:
    raw = body_for("PR-1-x", padding="x" * 300_000)
    with pytest.raises(webhooks.TooLarge):
        webhooks.receive(raw, signed(raw))


def test_events_about_nothing_of_ours_are_kept_and_left_alone(sandbox: Sandbox) -> None:
    unknown = webhooks.receive(body_for("PR-9-unknown"), signed(body_for("PR-9-unknown")))
    other = json.dumps({"event": "transfer.success", "data": {"id": 7}}).encode()
    row = webhooks.receive(other, signed(other))
    assert provider_events.apply(unknown.pk) == "review"
    assert provider_events.apply(row.pk) == "ignored"


def test_paystack_away_leaves_the_event_open_until_it_is_given_up(sandbox: Sandbox) -> None:
    payment = paid_attempt(sandbox)
    raw = body_for(payment.reference)
    row = webhooks.receive(raw, signed(raw))
    sandbox.control("PUT", "faults", {"paystack.verify.fault": "500"})
    assert provider_events.apply(row.pk) == "received"
    ProviderEvent.objects.update(attempts=provider_events.ATTEMPTS_MAX - 1)
    assert provider_events.apply(row.pk) == "dead"
    row.refresh_from_db()
    assert "HTTP 500" in row.error

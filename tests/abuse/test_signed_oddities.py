"""Bodies of webhooks that are signed and odd all the same: a clear answer, and nothing is changed by them."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client

from mailing.models import OutgoingMail, Suppression
from payments import provider_events
from payments.models import ProviderEvent
from tests.factories import placed_order
from tests.mailing.test_resend_webhooks import SECRET
from tests.purchase.test_webhooks import signed

pytestmark = pytest.mark.django_db
DEEP = b"[" * 50_000 + b"]" * 50_000
# No event at all.
NONE: dict[str, bytes] = {
    "empty": b"",
    "a list": b"[]",
    "a number": b"1",
    "deep": DEEP,
    "deep inside": b'{"event":"charge.success","type":"email.bounced","data":' + DEEP + b"}",
    "no utf-8": b'{"event":"charge.success","type":"email.bounced","data":{"reference":"\xff","email_id":"\xff"}}',
    "utf-16": '{"event":"charge.success","type":"email.bounced","data":{"email_id":"re-1"}}'.encode("utf-16"),
    "a name that is a list": b'{"event":["charge.success"],"type":["email.bounced"],"data":{}}',
    "half a letter": rb'{"event":"charge.success","type":"email.bounced","data":{"reference":"\ud800","to":"\ud800"}}',
}
# Events, but not such as Paystack sends.
ODD: dict[str, dict[str, Any]] = {
    "a reference that is a list": {"reference": ["a", "b"], "id": 1},
    "a number as long as a book": {"reference": "x" * 5000, "id": "9" * 5000, "status": "s" * 5000},
    "nothing": {},
    "an amount below nought": {"reference": "PR-1-x", "amount": -5, "id": -1},
}


def at_paystack(client: Client, raw: bytes) -> Any:
    headers = {"X-Paystack-Signature": signed(raw)}
    return client.post("/webhooks/paystack/", raw, content_type="application/json", headers=headers)


def at_resend(client: Client, raw: bytes) -> Any:
    moment = str(int(time.time()))
    proof = hmac.new(SECRET, b"msg_1." + moment.encode() + b"." + raw, hashlib.sha256).digest()
    headers = {"svix-id": "msg_1", "svix-timestamp": moment, "svix-signature": f"v1,{base64.b64encode(proof).decode()}"}
    return client.post("/webhooks/resend/", raw, content_type="application/json", headers=headers)


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("raw", NONE.values(), ids=NONE)
def test_what_is_no_event_is_refused_by_both(browser: Client, raw: bytes) -> None:
    for answer in (at_paystack(browser, raw), at_resend(browser, raw)):
        assert (answer.status_code, answer.json()["field"]) == (400, "body")
    assert not ProviderEvent.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
@pytest.mark.parametrize("event", ["charge.success", "refund.processed", "charge.dispute.create", "x" * 500])
def test_an_odd_event_is_kept_for_staff_and_moves_no_money(browser: Client, event: str, data: dict[str, Any]) -> None:
    order = placed_order()
    assert at_paystack(browser, json.dumps({"event": event, "data": data}).encode()).status_code == 200
    for row in ProviderEvent.objects.all():
        assert provider_events.apply(row.pk) in ("review", "ignored")
    order.refresh_from_db()
    assert (order.payment_status, order.payments.count()) == ("unpaid", 0)


@pytest.mark.parametrize("to", ["ada@prechi.test", [None, 5, {"a": 1}], ["\0", "x" * 5000], [["a"]]], ids=ascii)
def test_odd_readers_are_no_readers(browser: Client, to: Any) -> None:
    mail = OutgoingMail.objects.create(kind="a", about="b", recipient="c@prechi.test", subject="x", provider_id="re-1")
    raw = json.dumps({"type": "email.complained", "data": {"email_id": "re-1", "to": to, "tags": [1]}}).encode()
    assert at_resend(browser, raw).status_code == 200
    mail.refresh_from_db()
    assert mail.delivery == "complained"
    assert not Suppression.objects.filter(email="ada@prechi.test").exists()


@pytest.mark.parametrize("signature", ["", "é" * 128, "0" * 128, "a" * 100_000, "[]", "v1,"], ids=lambda it: it[:6])
@pytest.mark.parametrize("door", ["/webhooks/paystack/", "/webhooks/resend/"])
def test_a_signature_of_any_shape_is_only_wrong(browser: Client, door: str, signature: str) -> None:
    odd = signature.encode().decode("latin-1")
    headers = {"X-Paystack-Signature": odd, "svix-id": odd, "svix-timestamp": str(int(time.time()))}
    answer = browser.post(
        door, b'{"event":"charge.success","data":{}}', "application/json", headers={**headers, "svix-signature": odd}
    )
    assert answer.status_code == 401
    assert not ProviderEvent.objects.exists()


def test_what_is_too_large_is_not_even_looked_at(browser: Client) -> None:
    raw = b'{"event":"charge.success","type":"email.bounced","data":{"x":"' + b"x" * 300_000 + b'"}}'
    for answer in (at_paystack(browser, raw), at_resend(browser, raw)):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not ProviderEvent.objects.exists()


def test_doors_are_not_looked_through(browser: Client) -> None:
    for door in ("/webhooks/paystack/", "/webhooks/resend/"):
        for way in (browser.get, browser.put, browser.delete):
            assert way(door).status_code == 405

"""Webhooks: signed over raw bytes, tried again until 200, and spoilt on request."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from devtools.sandbox import signatures
from devtools.sandbox.process import Sandbox
from tests.providers.conftest import PAYSTACK_KEY, Paystack, Shop
from tests.running_shop import eventually

PAY = "paystack/transactions/ref-1/pay"


def pay(paystack: Paystack, sandbox: Sandbox, **params: Any) -> list[dict[str, Any]]:
    """Pays and sends everything; the deliveries as they then stand."""
    paystack.initialize()
    sandbox.control("POST", PAY, params)
    sandbox.control("POST", "webhooks/flush")
    deliveries: list[dict[str, Any]] = sandbox.control("GET", "webhooks?about=ref-1")["webhooks"]
    return deliveries


def test_charge_success_is_signed_over_its_raw_bytes(paystack: Paystack, sandbox: Sandbox, shop: Shop) -> None:
    pay(paystack, sandbox)
    [hook] = shop.hooks
    assert hook.path == "/webhooks/paystack/"
    assert hook.headers["content-type"] == "application/json"
    expected = hmac.new(PAYSTACK_KEY.encode(), hook.body, hashlib.sha512).hexdigest()
    assert hook.headers["x-paystack-signature"] == expected
    event = json.loads(hook.body)
    assert (event["event"], event["data"]["reference"], event["data"]["amount"]) == (
        "charge.success",
        "ref-1",
        1_900_000,
    )
    assert event["data"]["plan"] == {}
    assert "receipt_number" not in event["data"]


def test_only_the_raw_bytes_verify(paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any) -> None:
    set_faults(webhooks__paystack__writing="escaped")
    paystack.initialize(metadata={"page": "http://shop.test/ọjà"})
    sandbox.control("POST", PAY, {})
    sandbox.control("POST", "webhooks/flush")
    [hook] = shop.hooks
    assert b"http:\\/\\/shop.test\\/\\u1ecdj\\u00e0" in hook.body
    rewritten = json.dumps(json.loads(hook.body), separators=(",", ":")).encode()
    assert signatures.paystack(rewritten, PAYSTACK_KEY) != hook.headers["x-paystack-signature"]


@pytest.mark.parametrize("copies", [0, 1, 50])
def test_as_many_copies_as_asked_for(paystack: Paystack, sandbox: Sandbox, shop: Shop, copies: int) -> None:
    assert len(pay(paystack, sandbox, webhooks=copies)) == copies
    assert len(shop.hooks) == copies
    assert len({hook.body for hook in shop.hooks}) == min(copies, 1)


def test_paying_again_sends_the_event_again_and_changes_nothing(
    paystack: Paystack, sandbox: Sandbox, shop: Shop
) -> None:
    pay(paystack, sandbox)
    before = paystack.verify()
    sandbox.control("POST", PAY, {"outcome": "success", "webhooks": 3})
    sandbox.control("POST", "webhooks/flush")
    assert len(shop.hooks) == 4
    assert paystack.verify() == before


@pytest.mark.parametrize("status", [201, 204, 301, 302, 400, 500])
def test_anything_but_200_is_tried_again(paystack: Paystack, sandbox: Sandbox, shop: Shop, status: int) -> None:
    shop.answers[:] = [status]
    pay(paystack, sandbox)
    [delivery] = await_state(sandbox, "delivered")
    assert [attempt["status"] for attempt in delivery["tries"]] == [status, 200]
    assert shop.hooks[0].body == shop.hooks[1].body


def test_it_gives_up_when_the_schedule_ends(paystack: Paystack, sandbox: Sandbox, shop: Shop) -> None:
    shop.answers[:] = [500] * 10
    pay(paystack, sandbox)
    [delivery] = await_state(sandbox, "given_up")
    assert len(delivery["tries"]) == 3


@pytest.mark.parametrize("how", ["wrong", "other_key", "missing", "altered_body"])
def test_a_signature_is_spoilt_on_request(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any, how: str
) -> None:
    set_faults(webhooks__paystack__signature={"value": how, "times": 1})
    shop.answers[:] = [401]
    pay(paystack, sandbox)
    await_state(sandbox, "delivered")
    good = [
        hook.headers.get("x-paystack-signature") == signatures.paystack(hook.body, PAYSTACK_KEY) for hook in shop.hooks
    ]
    assert good == [False, True]
    assert ("x-paystack-signature" in shop.hooks[0].headers) == (how != "missing")
    json.loads(shop.hooks[0].body)


def test_never_twice_and_late(paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any) -> None:
    set_faults(webhooks__paystack__copies=0)
    assert pay(paystack, sandbox) == []
    set_faults(webhooks__paystack__copies=2, webhooks__paystack__delay_ms=60_000)
    paystack.initialize("late")
    sandbox.control("POST", "paystack/transactions/late/pay", {})
    sandbox.control("POST", "webhooks/flush")
    assert shop.hooks == []
    sandbox.control("POST", "webhooks/flush", {"all": True})
    assert len(shop.hooks) == 2


def test_an_event_can_be_overtaken_by_the_next(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any
) -> None:
    set_faults(webhooks__paystack__reorder=True)
    for reference in ("first", "second"):
        paystack.initialize(reference)
        sandbox.control("POST", f"paystack/transactions/{reference}/pay", {})
    eventually(lambda: len(shop.hooks) == 2)
    assert [json.loads(hook.body)["data"]["reference"] for hook in shop.hooks] == ["second", "first"]


@pytest.mark.parametrize(("moment", "arrived"), [("before_redirect", 1), ("after_redirect", 0)])
def test_it_arrives_before_or_after_the_payer(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any, moment: str, arrived: int
) -> None:
    set_faults(webhooks__paystack__moment=moment)
    url = paystack.initialize(callback_url="http://shop.test/")["authorization_url"]
    assert paystack.browse(f"{url}/card", {"number": "4084084084084081"}).status_code == 302
    assert len(shop.hooks) == arrived
    sandbox.control("POST", "webhooks/flush", {"all": True})
    assert len(shop.hooks) == 1


def test_an_undocumented_failure_event_is_a_switch(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any
) -> None:
    pay(paystack, sandbox, outcome="failed")
    assert shop.hooks == []
    set_faults(paystack__charge_failed_event=True)
    sandbox.control("POST", PAY, {"outcome": "failed"})
    sandbox.control("POST", "webhooks/flush")
    assert json.loads(shop.hooks[0].body)["event"] == "charge.failed"


def await_state(sandbox: Sandbox, state: str) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]]:
        deliveries: list[dict[str, Any]] = sandbox.control("GET", "webhooks")["webhooks"]
        return deliveries if {delivery["state"] for delivery in deliveries} == {state} else []

    found = eventually(look)
    assert found, sandbox.control("GET", "webhooks")
    return found

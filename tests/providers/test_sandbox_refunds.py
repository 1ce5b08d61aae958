"""Refunds: the total is the only guard, and the money is on its way for a while."""

import json
from typing import Any

import pytest

from devtools.sandbox.process import Sandbox
from tests.providers.conftest import Paystack, Shop
from tests.running_shop import eventually

FAILING = "4084080000671803"
NEEDING = "4084080000671902"


@pytest.fixture
def paid(paystack: Paystack, sandbox: Sandbox, set_faults: Any) -> Paystack:
    set_faults(paystack__refund_step_ms=60_000)
    paystack.initialize(amount=100_000)
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {"webhooks": 0})
    return paystack


def refund(paystack: Paystack, **fields: Any) -> Any:
    return paystack("POST", "/refund", json={"transaction": "ref-1", **fields})


def test_a_refund_is_queued_and_the_transaction_says_so(paid: Paystack) -> None:
    answer = refund(paid)
    data = answer.json()["data"]
    assert (answer.status_code, answer.json()["message"]) == (200, "Refund has been queued for processing")
    assert (data["status"], data["amount"]) == ("pending", 100_000)
    assert data["customer_note"] == "Refund for transaction ref-1"
    assert paid.verify()["status"] == "reversal-pending"


def test_it_can_be_asked_for_by_numeric_id(paid: Paystack) -> None:
    assert refund(paid, transaction=paid.verify()["id"], amount=1000).status_code == 200


def test_parts_add_up_to_the_whole_and_no_further(paid: Paystack) -> None:
    assert refund(paid, amount=60_000).status_code == 200
    assert refund(paid).json()["message"] == "Total refund amount cannot exceed original transaction amount"
    assert refund(paid, amount=40_001).status_code == 400
    assert refund(paid, amount=40_000).status_code == 200
    over = refund(paid, amount=1)
    assert (over.status_code, over.json()["code"]) == (400, "transaction_reversed")


def test_a_blind_retry_of_a_part_refunds_twice(paid: Paystack, sandbox: Sandbox) -> None:
    for _ in range(2):
        assert refund(paid, amount=10_000).status_code == 200
    assert len(sandbox.control("GET", "paystack/ledger")["transactions"][0]["refunds"]) == 2


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"transaction": ""}, 400, "Transaction is required"),
        ({"transaction": "nobody"}, 404, "Transaction not found"),
        ({"currency": "USD"}, 400, "Transaction currency must match refund currency"),
        ({"amount": -5}, 400, "Invalid Amount Sent"),
        ({"amount": "x"}, 400, "Invalid Amount Sent"),
    ],
)
def test_what_is_refused(paid: Paystack, fields: dict[str, Any], status: int, message: str) -> None:
    answer = refund(paid, **fields)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert paid.verify()["status"] == "success"


def test_an_unpaid_transaction_has_nothing_to_refund(paystack: Paystack) -> None:
    paystack.initialize()
    assert refund(paystack).status_code == 400


def test_minimum_and_balance_are_switches(paid: Paystack, set_faults: Any) -> None:
    set_faults(paystack__refund_minimum=10_000)
    assert "NGN100.00" in refund(paid, amount=9_999).json()["message"]
    set_faults(paystack__refund_balance=False)
    assert refund(paid).json()["message"].startswith("Insufficient balance")


def test_it_passes_through_its_statuses_with_a_webhook_each(
    paid: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any
) -> None:
    set_faults(paystack__refund_step_ms=50)
    refund(paid, amount=40_000)
    await_refund(paid, "processed")
    sandbox.control("POST", "webhooks/flush", {"all": True})
    events = sorted((json.loads(hook.body) for hook in shop.hooks), key=lambda event: event["event"])
    assert [event["event"] for event in events] == ["refund.pending", "refund.processed", "refund.processing"]
    assert events[0]["data"]["refund_reference"] is None
    assert events[1]["data"]["refund_reference"]
    assert {event["data"]["amount"] for event in events} == {"40000"}
    assert paid.verify()["status"] == "success"
    refund(paid, amount=60_000)
    assert eventually(lambda: paid.verify()["status"] == "reversed")


@pytest.mark.parametrize(("card", "end"), [(FAILING, "failed"), (NEEDING, "needs-attention")])
def test_the_card_decides_how_it_ends(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, set_faults: Any, card: str, end: str
) -> None:
    set_faults(paystack__refund_step_ms=20)
    pay_with(paystack, card)
    refund(paystack)
    await_refund(paystack, end)
    sandbox.control("POST", "webhooks/flush", {"all": True})
    last = next(event for hook in shop.hooks if (event := json.loads(hook.body))["event"] == f"refund.{end}")
    assert last["data"]["amount"] == 1_900_000
    assert paystack.verify()["status"] == ("success" if end == "failed" else "reversal-pending")


def test_a_refund_that_needs_attention_can_be_sent_to_a_bank_account(
    paystack: Paystack, sandbox: Sandbox, set_faults: Any
) -> None:
    set_faults(paystack__refund_step_ms=20)
    pay_with(paystack, NEEDING)
    number = refund(paystack).json()["data"]["id"]
    await_refund(paystack, "needs-attention")
    details = {"refund_account_details": {"currency": "NGN", "account_number": "0000000000", "bank_id": "9"}}
    path = f"/refund/retry_with_customer_details/{number}"
    assert paystack("POST", path, json=details).json()["data"]["status"] == "processing"
    again = paystack("POST", path, json=details)
    assert (again.status_code, again.json()["code"]) == (422, "invalid_params")
    await_refund(paystack, "processed")


def test_a_failed_refund_frees_its_part(paid: Paystack, sandbox: Sandbox) -> None:
    number = refund(paid).json()["data"]["id"]
    sandbox.control("POST", f"paystack/refunds/{number}", {"status": "failed"})
    assert paid.verify()["status"] == "success"
    assert refund(paid).status_code == 200


def test_fetch_and_list(paid: Paystack) -> None:
    number = refund(paid, amount=1000).json()["data"]["id"]
    transaction = paid.verify()["id"]
    assert paid("GET", f"/refund/{number}").json()["data"]["transaction"] == transaction
    assert [row["id"] for row in paid("GET", f"/refund?transaction={transaction}").json()["data"]] == [number]
    assert paid("GET", "/refund?transaction=ref-1").json()["data"] == []
    assert paid("GET", "/refund/1").status_code == 404


def test_a_lost_dispute_reverses_the_payment(paid: Paystack, sandbox: Sandbox, shop: Shop) -> None:
    path = "paystack/transactions/ref-1/dispute"
    assert sandbox.control("POST", path, {"event": "create"})["status"] == "awaiting-merchant-feedback"
    sandbox.control("POST", path, {"event": "resolve", "resolution": "merchant-accepted"})
    assert paid.verify()["status"] == "reversed"
    sandbox.control("POST", "webhooks/flush")
    assert {json.loads(hook.body)["event"] for hook in shop.hooks} == {
        "charge.dispute.create",
        "charge.dispute.resolve",
    }


def pay_with(paystack: Paystack, card: str) -> None:
    url = paystack.initialize()["authorization_url"]
    paystack.browse(f"{url}/card", {"number": card})


def await_refund(paystack: Paystack, status: str) -> None:
    def became() -> bool:
        return bool(paystack("GET", "/refund").json()["data"][0]["status"] == status)

    assert eventually(became), f"never became {status}"

"""Initialise, verify, fetch and list as the real API answers them."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from devtools.sandbox.process import Sandbox
from tests.providers.conftest import Paystack

GOOD: dict[str, Any] = {"email": "ada@prechi.test", "amount": 5000, "currency": "NGN"}


def test_initialise_answers_200_with_a_page_to_go_to(paystack: Paystack, sandbox: Sandbox) -> None:
    answer = paystack("POST", "/transaction/initialize", json=GOOD | {"reference": "a.b-c=1"})
    body = answer.json()
    assert (answer.status_code, body["status"], body["message"]) == (200, True, "Authorization URL created")
    assert body["data"]["reference"] == "a.b-c=1"
    assert body["data"]["authorization_url"] == f"{sandbox.url}/checkout/{body['data']['access_code']}"


def test_a_reference_is_made_up_when_none_is_given(paystack: Paystack) -> None:
    reference = paystack("POST", "/transaction/initialize", json=GOOD).json()["data"]["reference"]
    assert len(reference) == 10
    assert reference.isalnum()


def test_an_initialised_transaction_verifies_as_abandoned(paystack: Paystack) -> None:
    paystack.initialize()
    data = paystack.verify()
    shown = {name: data[name] for name in ("status", "paid_at", "channel", "fees", "log", "authorization")}
    assert shown == {
        "status": "abandoned", "paid_at": None, "channel": "card", "fees": None, "log": None, "authorization": {},
    }  # fmt: skip
    assert data["gateway_response"] == "The transaction was not completed"
    assert data["id"] > 2**32
    assert "authorization_url" not in data


@pytest.mark.parametrize("amount", [5000, "5000", 5000.0])
def test_whole_amounts_in_any_form_are_taken(paystack: Paystack, amount: Any) -> None:
    paystack("POST", "/transaction/initialize", json=GOOD | {"amount": amount, "reference": "r"})
    assert paystack.verify("r")["amount"] == 5000


@pytest.mark.parametrize(
    ("change", "message", "code"),
    [
        ({"amount": 5000.5}, '"amount" must be an integer', None),
        ({"amount": "5000.50"}, '"amount" must be an integer', None),
        ({"amount": True}, '"amount" must be an integer', None),
        ({"amount": 0}, "Invalid Amount Sent", None),
        ({"amount": -100}, "Invalid Amount Sent", None),
        ({"amount": 4999}, "Invalid Amount Sent", None),
        ({"amount": 10**9 + 1}, "Invalid Amount Sent", None),
        ({"amount": None}, "Amount is required", "missing_params"),
        ({"email": ""}, "Email Address is required", "missing_params"),
        ({"email": "ada"}, "Invalid Email Address Passed", "invalid_email_address"),
        ({"currency": "USD"}, "Currency not supported by merchant", None),
        ({"reference": "a b"}, "Invalid character in transaction reference", None),
        ({"reference": "a/b"}, "Invalid character in transaction reference", None),
    ],
)
def test_what_initialise_refuses(paystack: Paystack, change: dict[str, Any], message: str, code: str | None) -> None:
    answer = paystack("POST", "/transaction/initialize", json=GOOD | change)
    body = answer.json()
    assert (answer.status_code, body["status"], body["message"]) == (400, False, message)
    assert body["meta"]["nextStep"]
    assert code is None or body["code"] == code


def test_minimum_and_currency_are_switches(paystack: Paystack, set_faults: Any) -> None:
    set_faults(paystack__minimums=False, paystack__currencies="NGN,USD")
    assert paystack("POST", "/transaction/initialize", json=GOOD | {"amount": 1, "currency": "USD"}).status_code == 200


def test_a_reference_is_used_up_for_ever(paystack: Paystack, sandbox: Sandbox) -> None:
    paystack.initialize("once")
    sandbox.control("POST", "paystack/transactions/once/pay", {"outcome": "success"})
    answer = paystack("POST", "/transaction/initialize", json=GOOD | {"reference": "once", "amount": 7000})
    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_reference")
    assert answer.json()["message"] == "Duplicate Transaction Reference"


def test_metadata_of_an_object_comes_back_as_text_and_of_a_string_as_it_was(paystack: Paystack) -> None:
    paystack.initialize("object", metadata={"order": 42, "deep": {"paid": False}, "list": [1.5]})
    paystack.initialize("string", metadata=json.dumps({"order": 42}))
    paystack.initialize("none")
    assert paystack.verify("object")["metadata"] == {"order": "42", "deep": {"paid": "false"}, "list": ["1.5"]}
    assert paystack.verify("string")["metadata"] == {"order": 42}
    assert paystack.verify("none")["metadata"] == ""


def test_a_form_encoded_body_is_read_too(paystack: Paystack) -> None:
    assert paystack("POST", "/transaction/initialize", data=GOOD).status_code == 200


@pytest.mark.parametrize("key", ["", "sk_test_another", "sk_live_0123456789"])
def test_any_other_key_is_invalid(paystack: Paystack, key: str) -> None:
    answer = paystack("GET", "/transaction/verify/x", key=key)
    assert (answer.status_code, answer.json()["message"], answer.json()["code"]) == (401, "Invalid key", "invalid_Key")


def test_an_unknown_reference_is_400_or_404_by_switch(paystack: Paystack, set_faults: Any) -> None:
    answer = paystack("GET", "/transaction/verify/nobody")
    assert (answer.status_code, answer.json()["code"]) == (400, "transaction_not_found")
    set_faults(paystack__verify_unknown="404")
    assert paystack("GET", "/transaction/verify/nobody").status_code == 404


def test_fetch_takes_numeric_ids_only(paystack: Paystack) -> None:
    paystack.initialize()
    assert paystack("GET", f"/transaction/{paystack.verify()['id']}").json()["data"]["reference"] == "ref-1"
    assert paystack("GET", "/transaction/ref-1").json()["message"] == "Transaction ID should be numeric."
    assert paystack("GET", "/transaction/1").status_code == 404


def test_the_list_is_paged_and_filtered(paystack: Paystack, sandbox: Sandbox) -> None:
    for number in range(5):
        paystack.initialize(f"r-{number}", amount=10_000 + number)
    sandbox.control("POST", "paystack/transactions/r-3/pay", {"outcome": "success"})
    body = paystack("GET", "/transaction?perPage=2&page=2").json()
    assert [row["reference"] for row in body["data"]] == ["r-2", "r-1"]
    assert body["meta"] == {
        "total": 5, "total_volume": 50_010, "skipped": 2, "perPage": 2, "page": 2, "pageCount": 3,
    }  # fmt: skip
    assert [row["reference"] for row in paystack("GET", "/transaction?status=success").json()["data"]] == ["r-3"]
    assert paystack("GET", "/transaction?customer=CUS_x").json()["data"] == []


@pytest.mark.parametrize(
    ("amount", "fee"), [(100_000, 1_500), (249_900, 3_749), (250_000, 13_750), (20_000_000, 200_000)]
)
def test_fees_follow_the_price_list(paystack: Paystack, sandbox: Sandbox, amount: int, fee: int) -> None:
    paystack.initialize(amount=amount)
    assert sandbox.control("POST", "paystack/transactions/ref-1/pay", {})["fees"] == fee


@pytest.mark.parametrize("outcome", ["failed", "pending", "abandoned"])
def test_an_unpaid_outcome_can_still_become_a_success(paystack: Paystack, sandbox: Sandbox, outcome: str) -> None:
    paystack.initialize()
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {"outcome": outcome})
    assert paystack.verify()["status"] == outcome
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {"outcome": "success"})
    assert paystack.verify()["status"] == "success"


def test_what_was_captured_can_differ_from_what_was_asked(paystack: Paystack, sandbox: Sandbox) -> None:
    paystack.initialize()
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {"amount": 1000, "currency": "USD"})
    data = paystack.verify()
    assert (data["amount"], data["requested_amount"], data["currency"]) == (1000, 1_900_000, "USD")
    entry = sandbox.control("GET", "paystack/ledger")["transactions"][0]
    assert (entry["status"], entry["amount"], entry["currency"]) == ("success", 1000, "USD")


def test_switches_bend_what_is_captured(paystack: Paystack, sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(
        paystack__amount_change={"value": -100, "times": 1}, paystack__status="mystery", paystack__metadata="zero"
    )
    paystack.initialize("short")
    sandbox.control("POST", "paystack/transactions/short/pay", {})
    assert paystack.verify("short")["amount"] == 1_899_900
    assert paystack.verify("short")["status"] == "mystery"
    assert paystack.verify("short")["metadata"] == 0
    set_faults(paystack__customer_bears_fee=True)
    paystack.initialize("bears")
    sandbox.control("POST", "paystack/transactions/bears/pay", {})
    data = paystack.verify("bears")
    assert data["requested_amount"] == 1_900_000
    assert data["amount"] - data["fees"] >= 1_900_000


def test_fifty_threads_initialise_pay_and_verify_at_once(paystack: Paystack, sandbox: Sandbox) -> None:
    def purchase(number: int) -> tuple[str, int]:
        reference = f"t-{number}"
        paystack.initialize(reference, amount=10_000 + number)
        sandbox.control("POST", f"paystack/transactions/{reference}/pay", {"webhooks": 0})
        data = paystack.verify(reference)
        return data["status"], data["amount"]

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(purchase, range(50))) == [("success", 10_000 + number) for number in range(50)]
    ids = {entry["id"] for entry in sandbox.control("GET", "paystack/ledger")["transactions"]}
    assert len(ids) == 50


def test_fifty_threads_with_one_reference_make_one_transaction(paystack: Paystack) -> None:
    with ThreadPoolExecutor(50) as pool:
        body = GOOD | {"reference": "same"}
        codes = list(pool.map(lambda _: paystack("POST", "/transaction/initialize", json=body).status_code, range(50)))
    assert sorted(codes) == [200] + [400] * 49


def test_the_session_timeout_is_kept(paystack: Paystack) -> None:
    assert paystack("GET", "/integration/payment_session_timeout").json()["data"]["payment_session_timeout"] == 0
    paystack("PUT", "/integration/payment_session_timeout", json={"timeout": 60})
    assert paystack("GET", "/integration/payment_session_timeout").json()["data"]["payment_session_timeout"] == 60

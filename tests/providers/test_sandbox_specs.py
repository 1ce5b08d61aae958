"""The sandbox's answers against the providers' own OpenAPI files.

``PROVIDER_SPECS`` names the directory that holds ``paystack/``, ``cloudinary/`` and ``resend/`` with the files that the
providers publish; they are not part of this repository, so without them these tests are skipped, loudly.

Paystack's file says things that Paystack's API does not do. Each exception is one line of ``PAYSTACK_FILE_ERRS`` with
its reason; everything else has to validate as it stands.
"""

import io
import json
import os
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import cloudinary
import cloudinary.uploader
import pytest
import requests
import yaml
from openapi_schema_validator import OAS30Validator, OAS31Validator
from PIL import Image

from devtools.sandbox.process import PROJECT, Sandbox
from tests.providers.conftest import RESEND_KEY, Paystack, Shop

SPECS = Path(os.environ.get("PROVIDER_SPECS") or PROJECT.parent / "shared" / "contracts")
FILES = {
    "paystack": SPECS / "paystack" / "paystack-openapi.yaml",
    "cloudinary": SPECS / "cloudinary" / "cloudinary-api-openapi.yaml",
    "resend": SPECS / "resend" / "resend-openapi.json",
}
pytestmark = pytest.mark.skipif(
    not all(file.is_file() for file in FILES.values()),
    reason=f"NO PROVIDER SPECS at {SPECS}: set PROVIDER_SPECS to check against the providers' own OpenAPI files",
)

CARD = "authorization_code bin last4 exp_month exp_year channel card_type bank country_code brand signature"
ONE_CARD = {**dict.fromkeys(CARD.split(), "x"), "reusable": True, "account_name": None}
NAMELESS = ("first_name", "last_name", "phone", "international_format_phone")

# (operation or status, path of the value, what the API really answers there, what the file would have)
PAYSTACK_FILE_ERRS: list[tuple[str, str, Any, Any]] = [
    # A payer who left no name and no phone has none; the verify schema of the same file says so.
    *(("GET /transaction/{id}", f"data.customer.{name}", None, "x") for name in NAMELESS),
    *(("GET /refund/{id}", f"data.customer.{name}", None, "x") for name in NAMELESS),
    *(("GET /refund", f"data[].customer.{name}", None, "x") for name in NAMELESS),
    ("GET /transaction/{id}", "data.customer.metadata", None, {}),
    ("GET /refund/{id}", "data.customer.metadata", None, "x"),
    ("GET /refund", "data[].customer.metadata", None, "x"),
    # An unpaid transaction in a list has no instant of payment and no authorization.
    ("GET /transaction", "data[].paidAt", None, "x"),
    ("GET /transaction", "data[].authorization", {}, ONE_CARD),
    # Error schemas list the categories of `type` as the values of `code`.
    ("401", "code", "invalid_Key", "validation_error"),
    ("404", "code", "transaction_not_found", "validation_error"),
    ("404", "code", "refund_not_found", "validation_error"),
]


@cache
def spec(provider: str) -> Any:
    text = FILES[provider].read_text()
    return json.loads(text) if provider == "resend" else yaml.load(text, yaml.CSafeLoader)


def inlined(node: Any, root: Any) -> Any:
    """The schema without references, so that it can be validated alone."""
    if isinstance(node, list):
        return [inlined(inner, root) for inner in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return inlined(target, root)
    return {name: inlined(inner, root) for name, inner in node.items()}


def schema_of(provider: str, method: str, path: str, status: int) -> dict[str, Any]:
    root = spec(provider)
    response = inlined(root["paths"][path][method.lower()]["responses"][str(status)], root)
    schema: dict[str, Any] = response["content"]["application/json"]["schema"]
    return schema


def problems(provider: str, method: str, path: str, answer: requests.Response) -> list[str]:
    schema = schema_of(provider, method, path, answer.status_code)
    validator = OAS31Validator(schema) if provider != "paystack" else OAS30Validator(schema)
    body = without_known_errs(f"{method} {path}", answer) if provider == "paystack" else answer.json()
    return [f"{'.'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(body)]


def without_known_errs(operation: str, answer: requests.Response) -> Any:
    """The answer with a value the file accepts wherever the file is known to err and the answer has the known value."""
    body = deepcopy(answer.json())
    for where, path, real, in_file in PAYSTACK_FILE_ERRS:
        if where in (operation, str(answer.status_code)):
            for holder, name in places(body, path.split(".")):
                if holder.get(name) == real:
                    holder[name] = in_file
    return body


def places(node: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    name, *rest = path
    if not rest:
        yield node, name
        return
    inner = node.get(name.removesuffix("[]"), [] if name.endswith("[]") else {})
    for each in inner if name.endswith("[]") else [inner]:
        yield from places(each, rest)


METADATA = {"custom_fields": [{"display_name": "Order", "variable_name": "order", "value": "PR-100001"}]}


@pytest.fixture
def paid(paystack: Paystack, sandbox: Sandbox, set_faults: Any) -> Paystack:
    set_faults(paystack__refund_step_ms=60_000)
    paystack.initialize("paid", metadata=METADATA)
    paystack.initialize("open", metadata=METADATA)
    sandbox.control("POST", "paystack/transactions/paid/pay", {"webhooks": 0})
    return paystack


def check(paystack: Paystack, method: str, path: str, actual: str = "", status: int = 200, **kwargs: Any) -> None:
    answer = paystack(method, actual or path, **kwargs)
    assert answer.status_code == status, answer.text
    assert problems("paystack", method, path, answer) == []


def test_paystack_initialize(paystack: Paystack) -> None:
    body = {"email": "ada@prechi.test", "amount": 5000, "currency": "NGN"}
    check(paystack, "POST", "/transaction/initialize", json=body)
    check(paystack, "POST", "/transaction/initialize", status=400, json={})
    check(paystack, "POST", "/transaction/initialize", status=401, json=body, key="sk_test_other")


@pytest.mark.parametrize("reference", ["paid", "open"])
def test_paystack_verify(paid: Paystack, reference: str) -> None:
    check(paid, "GET", "/transaction/verify/{reference}", f"/transaction/verify/{reference}")


def test_paystack_verify_unknown(paid: Paystack, set_faults: Any) -> None:
    set_faults(paystack__verify_unknown="404")
    check(paid, "GET", "/transaction/verify/{reference}", "/transaction/verify/nobody", 404)


def test_paystack_list_and_fetch(paid: Paystack) -> None:
    check(paid, "GET", "/transaction")
    check(paid, "GET", "/transaction/{id}", f"/transaction/{paid.verify('paid')['id']}")


def test_paystack_refunds(paid: Paystack) -> None:
    check(paid, "POST", "/refund", json={"transaction": "paid", "amount": 1000})
    number = paid("GET", "/refund").json()["data"][0]["id"]
    check(paid, "GET", "/refund")
    check(paid, "GET", "/refund/{id}", f"/refund/{number}")
    check(paid, "GET", "/refund/{id}", "/refund/1", 404)


def test_paystack_session_timeout(paystack: Paystack) -> None:
    check(paystack, "GET", "/integration/payment_session_timeout")
    check(paystack, "PUT", "/integration/payment_session_timeout", json={"timeout": 60})


def test_paystack_exceptions_are_all_needed(paid: Paystack) -> None:
    """An exception that nothing uses any more would hide a fault of ours one day."""
    paid("POST", "/refund", json={"transaction": "paid", "amount": 1000})
    number = paid("GET", "/refund").json()["data"][0]["id"]
    numbers = {"/transaction/{id}": paid.verify("paid")["id"], "/refund/{id}": number}
    for where, path, real, _ in PAYSTACK_FILE_ERRS:
        if where.isdigit():
            continue
        url = where.removeprefix("GET ")
        body = paid("GET", url.format(id=numbers.get(url))).json()
        assert any(holder.get(name) == real for holder, name in places(body, path.split("."))), (where, path)


@pytest.mark.parametrize(
    ("sample", "event"),
    [
        ("charge.success.bank_transfer.json", "charge.success"),
        ("refund.pending.json", "refund.pending"),
        ("bank.transfer.rejected.json", "bank.transfer.rejected"),
    ],
)
def test_paystack_webhooks_have_every_field_of_the_published_samples(
    paystack: Paystack, sandbox: Sandbox, shop: Shop, sample: str, event: str
) -> None:
    url = paystack.initialize(amount=100_000)["authorization_url"]
    paystack.browse(f"{url}/transfer", {})
    paystack.browse(f"{url}/transfer/done", {"what": "wrong_amount"})
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {})
    paystack("POST", "/refund", json={"transaction": "ref-1"})
    sandbox.control("POST", "webhooks/flush", {"all": True})
    sent = next(body for hook in shop.hooks if (body := json.loads(hook.body))["event"] == event)
    published = json.loads((SPECS / "paystack" / "samples" / "webhooks" / sample).read_text())
    transfer_only = {"sender_country", "sender_bank", "sender_bank_account_number", "sender_name", "narration"}
    assert missing(published, sent) <= {f"data.authorization.{name}" for name in transfer_only}


def missing(published: Any, sent: Any, path: str = "") -> set[str]:
    """The fields of a sample, at any depth, that what we sent does not have."""
    if not isinstance(published, dict) or not isinstance(sent, dict):
        return set()
    found = {f"{path}{name}" for name in published.keys() - sent.keys()}
    for name in published.keys() & sent.keys():
        found |= missing(published[name], sent[name], f"{path}{name}.")
    return found


def test_resend_sends_and_reads(sandbox: Sandbox) -> None:
    base, headers = f"{sandbox.url}/resend", {"Authorization": f"Bearer {RESEND_KEY}"}
    mail = {"from": "a@prechi.test", "to": "b@prechi.test", "subject": "Hi", "html": "<p>Hi</p>"}
    sent = requests.post(f"{base}/emails", json=mail, headers=headers, timeout=30)
    assert problems("resend", "POST", "/emails", sent) == []
    batch = requests.post(f"{base}/emails/batch", json=[mail, mail], headers=headers, timeout=30)
    assert problems("resend", "POST", "/emails/batch", batch) == []
    listing = requests.get(f"{base}/emails", headers=headers, timeout=30)
    assert problems("resend", "GET", "/emails", listing) == []
    read = requests.get(f"{base}/emails/{sent.json()['id']}", headers=headers, timeout=30)
    assert problems("resend", "GET", "/emails/{email_id}", read) == []


@pytest.mark.parametrize("address", ["bounced@resend.dev", "complained@resend.dev", "suppressed@resend.dev"])
def test_resend_webhooks(sandbox: Sandbox, shop: Shop, address: str) -> None:
    headers = {"Authorization": f"Bearer {RESEND_KEY}"}
    mail = {"from": "a@prechi.test", "to": address, "subject": "Hi", "text": "Hi"}
    mail["tags"] = [{"name": "kind", "value": "test"}]  # type: ignore[assignment]
    requests.post(f"{sandbox.url}/resend/emails", json=mail, headers=headers, timeout=30)
    sandbox.control("POST", "webhooks/flush", {"all": True})
    root = spec("resend")
    for hook in shop.hooks:
        event = json.loads(hook.body)
        body = root["webhooks"][event["type"]]["post"]["requestBody"]["content"]["application/json"]["schema"]
        found = [error.message for error in OAS31Validator(inlined(body, root)).iter_errors(event)]
        assert found == [], event


def test_cloudinary_uploads_and_destroys(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[requests.Response] = []
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, "PNG")
    base = f"{sandbox.url}/cloudinary/v1_1/prechi-demo/image"
    for call, params, files in (
        ("upload", {"public_id": "p", "tags": "a", "context": "alt=A"}, {"file": stream.getvalue()}),
        ("destroy", {"public_id": "p"}, None),
        ("destroy", {"public_id": "p"}, None),
    ):
        signed = cloudinary.utils.sign_request(
            {**params, "timestamp": cloudinary.utils.now()}, {"api_key": "demo-key", "api_secret": "abcd"}
        )
        answers.append(requests.post(f"{base}/{call}", data=signed, files=files, timeout=30))
        path = f"/v1_1/{{cloud_name}}/{{resource_type}}/{call}"
        assert answers[-1].status_code == 200, answers[-1].text
        assert problems("cloudinary", "POST", path, answers[-1]) == []
    refused = requests.post(f"{base}/upload", data={"api_key": "demo-key"}, timeout=30)
    assert problems("cloudinary", "POST", "/v1_1/{cloud_name}/{resource_type}/upload", refused) == []

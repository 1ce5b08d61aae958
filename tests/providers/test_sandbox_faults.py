"""What goes wrong on the wire, as an HTTP client sees it."""

import html
import json
import re
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from devtools.sandbox.process import Sandbox
from tests.providers.conftest import Paystack
from tests.running_shop import eventually


def test_429_with_its_headers_as_often_as_asked(paystack: Paystack, set_faults: Any) -> None:
    paystack.initialize()
    set_faults(paystack__verify__fault={"value": "429", "times": 2})
    answers = [paystack("GET", "/transaction/verify/ref-1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].json()["code"] == "rate_limited"
    assert answers[0].headers["x-ratelimit-remaining"] == "0"


def test_500_is_json_and_502_is_html(paystack: Paystack, set_faults: Any) -> None:
    set_faults(paystack__initialize__fault="500")
    answer = paystack("POST", "/transaction/initialize", json={})
    assert (answer.status_code, answer.json()["status"]) == (500, False)
    set_faults(paystack__initialize__fault="502_html")
    answer = paystack("POST", "/transaction/initialize", json={})
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")


@pytest.mark.parametrize(("fault", "done"), [("reset", False), ("reset_after_work", True)])
def test_the_connection_breaks_before_or_after_the_work(
    paystack: Paystack, sandbox: Sandbox, set_faults: Any, fault: str, done: bool
) -> None:
    set_faults(paystack__initialize__fault={"value": fault, "times": 1})
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        paystack.initialize()
    assert bool(sandbox.control("GET", "paystack/ledger")["transactions"]) is done


@pytest.mark.parametrize("fault", ["truncated", "malformed_json", "wrong_content_type", "500_after_work"])
def test_the_answer_is_spoilt_after_the_work(paystack: Paystack, sandbox: Sandbox, set_faults: Any, fault: str) -> None:
    body = {"email": "a@b.co", "amount": 5000, "reference": "done"}
    set_faults(paystack__initialize__fault={"value": fault, "times": 1})
    if fault == "truncated":
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            paystack("POST", "/transaction/initialize", json=body)
    else:
        answer = paystack("POST", "/transaction/initialize", json=body)
        if fault == "malformed_json":
            with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
                answer.json()
        if fault == "wrong_content_type":
            assert answer.headers["Content-Type"].startswith("text/html")
    assert [row["reference"] for row in sandbox.control("GET", "paystack/ledger")["transactions"]] == ["done"]


def test_a_hanging_call_is_let_go_by_any_change(paystack: Paystack, sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(paystack__verify__fault={"value": "hang", "times": 2})
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(paystack, "GET", "/transaction/verify/x")
        assert eventually(lambda: sandbox.control("GET", "faults")["paystack.verify.fault"]["times"] == 1)
        with pytest.raises(TimeoutError):  # to have looked at the switches changes nothing
            hanging.result(timeout=0.3)

        def let_go() -> bool:
            set_faults(paystack__verify__fault=None)
            return hanging.done()

        assert eventually(let_go)
        assert isinstance(hanging.exception(), requests.ConnectionError)


def test_latency_holds_for_one_call_or_for_all(paystack: Paystack, set_faults: Any) -> None:
    paystack.initialize()
    set_faults(**{"paystack.*.latency_ms": 2000})
    assert paystack("GET", "/transaction/verify/ref-1").elapsed.total_seconds() >= 2
    set_faults(**{"paystack.*.latency_ms": 0})
    assert paystack("GET", "/transaction/verify/ref-1").elapsed.total_seconds() < 2


def test_a_rate_limit_counts_calls(paystack: Paystack, set_faults: Any) -> None:
    for _ in range(3):
        paystack("GET", "/transaction")
    set_faults(paystack__rate_limit=2)
    assert paystack("GET", "/transaction").status_code == 429


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nothing.like.it": True}, "no switch 'nothing.like.it'"),
        ({"paystack.verify.fault": "explode"}, "one of none, hang"),
        ({"paystack.minimums": 1}, "true or false"),
        ({"paystack.amount_change": "much"}, "whole number"),
        ({"paystack.minimums": {"value": False, "times": 0}}, "times of paystack.minimums"),
    ],
)
def test_a_wrong_switch_is_named_and_nothing_is_changed(sandbox: Sandbox, change: dict[str, Any], words: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        sandbox.control("PUT", "faults", {"paystack.verify.latency_ms": 9, **change})
    assert refused.value.code == 400
    assert words in json.load(refused.value)["error"]
    assert sandbox.control("GET", "faults")["paystack.verify.latency_ms"]["value"] == 0


def test_the_page_sets_and_clears_a_switch(sandbox: Sandbox) -> None:
    page = f"{sandbox.url}/faults/"
    requests.post(page, data={"name": "paystack.verify.fault", "value": "500", "times": "3"}, timeout=30)
    switch = sandbox.control("GET", "faults")["paystack.verify.fault"]
    assert (switch["value"], switch["times"]) == ("500", 3)
    assert "(1 on)" in requests.get(page, timeout=30).text
    assert requests.post(page, data={"name": "x", "value": "1"}, timeout=30).status_code == 400
    requests.post(page, data={"preset": "Webhooks never arrive"}, timeout=30)
    assert sandbox.control("GET", "faults")["webhooks.paystack.copies"]["value"] == 0
    requests.post(page, data={"reset": "1"}, timeout=30)
    assert sandbox.control("GET", "faults")["paystack.verify.fault"]["value"] == "none"


def test_every_request_is_recorded_as_it_was_sent(paystack: Paystack, sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(paystack__verify__fault={"value": "500", "times": 1})
    paystack.initialize()
    paystack("GET", "/transaction/verify/ref-1")
    first, second = sandbox.control("GET", "requests")["requests"]
    assert (first["operation"], first["method"], first["status"]) == ("paystack.initialize", "POST", 200)
    assert json.loads(first["body"])["reference"] == "ref-1"
    assert first["headers"]["Authorization"] == "Bearer sk_test_vector"
    assert (second["path"], second["status"], second["fault"]) == ("/paystack/transaction/verify/ref-1", 500, "500")


def test_every_preset_names_switches_that_exist(sandbox: Sandbox) -> None:
    presets = re.findall(r'name="preset" value="([^"]+)"', requests.get(f"{sandbox.url}/faults/", timeout=30).text)
    assert presets
    for preset in presets:
        answer = requests.post(f"{sandbox.url}/faults/", data={"preset": html.unescape(preset)}, timeout=30)
        assert answer.status_code == 200, preset
        assert "(0 on)" not in answer.text


@pytest.mark.parametrize("path", ["", "inbox/", "transactions/", "webhooks/", "requests/", "faults/"])
def test_every_page_opens_with_something_on_it(paystack: Paystack, sandbox: Sandbox, path: str) -> None:
    paystack.initialize()
    sandbox.control("POST", "paystack/transactions/ref-1/pay", {})
    answer = requests.get(f"{sandbox.url}/{path}", timeout=30)
    assert answer.status_code == 200
    assert "no real money" in answer.text
    assert "<script" not in answer.text

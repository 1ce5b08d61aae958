"""Mail through the real Resend SDK, read back from the control and the inbox pages."""

import json
import time
from typing import Any

import pytest
import requests
import resend
from resend.exceptions import RateLimitError, ResendError, ValidationError

from devtools.sandbox.process import Sandbox
from tests.providers.conftest import RESEND_KEY, RESEND_SECRET, Shop
from tests.running_shop import eventually

MAIL: dict[str, Any] = {
    "from": "Prechi <shop@prechi.test>",
    "to": "ada@prechi.test",
    "subject": "Your order PR-100001",
    "html": "<h1>Thank you</h1><p>Paid: &#8358;19,000</p>",
}


@pytest.fixture(autouse=True)
def _sdk(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend, "api_url", f"{sandbox.url}/resend")
    monkeypatch.setattr(resend, "api_key", RESEND_KEY)


def send(key: str | None = None, **changes: Any) -> str:
    options: Any = {"idempotency_key": key} if key else None
    answer = resend.Emails.send({**MAIL, **changes}, options)  # type: ignore[typeddict-item]
    return str(answer["id"])


def refusal() -> RateLimitError | None:
    try:
        send()
    except RateLimitError as refused:
        return refused
    return None


def test_a_sent_mail_is_kept_whole(sandbox: Sandbox) -> None:
    headers = {"List-Unsubscribe": "<https://prechi.test/u>"}
    number = send(
        "order-paid/1", headers=headers, reply_to="help@prechi.test", tags=[{"name": "kind", "value": "paid"}]
    )
    [mail] = sandbox.control("GET", "resend/emails")["emails"]
    assert (mail["id"], mail["to"], mail["reply_to"]) == (number, ["ada@prechi.test"], ["help@prechi.test"])
    assert (mail["subject"], mail["html"], mail["headers"]) == (MAIL["subject"], MAIL["html"], headers)
    assert mail["text"] == "Thank you\nPaid: ₦19,000"
    assert mail["idempotency_key"] == "order-paid/1"


def test_newest_first_and_readable_by_the_sdk(sandbox: Sandbox) -> None:
    first, second = send(subject="first"), send(subject="second")
    assert [mail["id"] for mail in sandbox.control("GET", "resend/emails")["emails"]] == [second, first]
    read = resend.Emails.get(first)
    assert (read["subject"], read["last_event"]) == ("first", "delivered")
    assert [mail["id"] for mail in resend.Emails.list({"limit": 1})["data"]] == [second]


def test_the_same_key_and_body_sends_one_mail(sandbox: Sandbox) -> None:
    assert send("key-1") == send("key-1")
    assert len(sandbox.control("GET", "resend/emails")["emails"]) == 1


def test_the_same_key_with_another_body_is_a_conflict(sandbox: Sandbox) -> None:
    send("key-1")
    with pytest.raises(ResendError) as refused:
        send("key-1", subject="changed")
    assert (refused.value.code, refused.value.error_type) == (409, "invalid_idempotent_request")


def test_a_key_in_use_is_a_conflict_for_now(sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(resend__key_in_use={"value": True, "times": 1})
    with pytest.raises(ResendError) as refused:
        send("key-1")
    assert refused.value.error_type == "concurrent_idempotent_requests"
    assert send("key-1")


def test_a_lost_answer_is_found_again_by_its_key(sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(resend__send__fault={"value": "reset_after_work", "times": 1})
    with pytest.raises(ResendError) as lost:
        send("key-1")
    assert lost.value.error_type == "HttpClientError"
    number = send("key-1")
    assert [mail["id"] for mail in sandbox.control("GET", "resend/emails")["emails"]] == [number]


@pytest.mark.parametrize("key", ["", "x" * 257])
def test_a_key_has_1_to_256_characters(sandbox: Sandbox, key: str) -> None:
    answer = post(sandbox, MAIL, {"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["name"]) == (400, "invalid_idempotency_key")


@pytest.mark.parametrize(
    ("change", "status", "name"),
    [
        ({"to": []}, 422, "missing_required_field"),
        ({"from": ""}, 422, "missing_required_field"),
        ({"subject": None}, 422, "missing_required_field"),
        ({"html": None}, 422, "missing_required_field"),
        ({"to": "nobody"}, 422, "validation_error"),
        ({"to": "a@example.com"}, 422, "validation_error"),
        ({"to": ["a@b.co"] * 51}, 422, "validation_error"),
        ({"tags": [{"name": "a b", "value": "c"}]}, 422, "validation_error"),
        ({"template": {"id": "x"}}, 422, "validation_error"),
        ({"scheduled_at": "2999-01-01T00:00:00Z"}, 422, "validation_error"),
    ],
)
def test_what_is_refused(sandbox: Sandbox, change: dict[str, Any], status: int, name: str) -> None:
    answer = post(sandbox, MAIL | change)
    body = answer.json()
    assert (answer.status_code, body["statusCode"], body["name"]) == (status, status, name)
    assert sandbox.control("GET", "resend/emails")["emails"] == []


def test_keys_and_agents_are_checked(sandbox: Sandbox, set_faults: Any) -> None:
    url = f"{sandbox.url}/resend/emails"
    assert requests.post(url, json=MAIL, timeout=30).json()["name"] == "missing_api_key"
    wrong = {"Authorization": "Bearer re_test_other"}
    assert requests.post(url, json=MAIL, headers=wrong, timeout=30).json()["name"] == "invalid_api_key"
    set_faults(resend__wrong_key="401")
    assert requests.post(url, json=MAIL, headers=wrong, timeout=30).status_code == 401
    assert requests.post(url, json=MAIL, headers={"User-Agent": ""}, timeout=30).status_code == 403


def test_the_rate_limit_is_told_in_headers(sandbox: Sandbox, set_faults: Any) -> None:
    set_faults(resend__rate_limit=1)
    time.sleep(1.1)
    send()
    refused = eventually(refusal)  # the next one may come a second later
    assert refused is not None
    assert refused.headers["retry-after"] == "1"


def test_an_unverified_domain_is_forbidden(set_faults: Any) -> None:
    set_faults(resend__verified_domain="other.test")
    with pytest.raises(ResendError) as refused:
        send()
    assert refused.value.code == 403


def test_a_batch_is_all_or_nothing_or_permissive(sandbox: Sandbox) -> None:
    good, bad = dict(MAIL), {**MAIL, "to": "nobody"}
    with pytest.raises(ValidationError):
        resend.Batch.send([good, bad])  # type: ignore[list-item]
    assert sandbox.control("GET", "resend/emails")["emails"] == []
    answer: Any = resend.Batch.send([good, bad, good], {"batch_validation": "permissive"})  # type: ignore[list-item]
    assert len(answer["data"]) == 2
    assert answer["errors"][0]["index"] == 1


def test_a_scheduled_mail_waits_and_can_be_cancelled(sandbox: Sandbox) -> None:
    number = send(scheduled_at="in 1 hour")
    assert resend.Emails.get(number)["last_event"] == "scheduled"
    resend.Emails.cancel(number)
    assert resend.Emails.get(number)["last_event"] == "canceled"


@pytest.mark.parametrize(
    ("address", "types"),
    [
        ("ada@prechi.test", ["email.sent", "email.delivered"]),
        ("bounced+order-1@resend.dev", ["email.sent", "email.bounced"]),
        ("complained@resend.dev", ["email.sent", "email.delivered", "email.complained"]),
        ("suppressed@resend.dev", ["email.suppressed"]),
    ],
)
def test_events_are_signed_for_the_sdk(sandbox: Sandbox, shop: Shop, address: str, types: list[str]) -> None:
    number = send(to=address, tags=[{"name": "kind", "value": "paid"}])
    sandbox.control("POST", "webhooks/flush", {"about": number, "all": True})
    assert sorted(json.loads(hook.body)["type"] for hook in shop.hooks) == sorted(types)
    for hook in shop.hooks:
        assert hook.path == "/webhooks/resend/"
        headers = {name: hook.headers[f"svix-{name}"] for name in ("id", "timestamp", "signature")}
        event: Any = resend.Webhooks.verify(
            {"payload": hook.body.decode(), "headers": headers, "webhook_secret": RESEND_SECRET}  # type: ignore[typeddict-item]
        )
        assert (event["data"]["email_id"], event["data"]["tags"]) == (number, {"kind": "paid"})
    assert len({hook.headers["svix-id"] for hook in shop.hooks}) == len(types)


def test_a_retry_keeps_its_svix_id_and_any_2xx_will_do(sandbox: Sandbox, shop: Shop) -> None:
    shop.answers[:] = [500, 202]
    number = send(to="suppressed@resend.dev")
    eventually(lambda: len(shop.hooks) == 2)
    sandbox.control("POST", "webhooks/flush")
    [delivery] = sandbox.control("GET", f"webhooks?about={number}")["webhooks"]
    assert (delivery["state"], [attempt["status"] for attempt in delivery["tries"]]) == ("delivered", [500, 202])
    assert shop.hooks[0].headers["svix-id"] == shop.hooks[1].headers["svix-id"]


def test_the_inbox_shows_the_mail_in_a_frame_that_runs_nothing(sandbox: Sandbox) -> None:
    number = send(html="<p>Hello</p><script>parent.document.title = 'x'</script>", subject="<b>Paid</b>")
    listing = requests.get(f"{sandbox.url}/inbox/", timeout=30).text
    assert "&lt;b&gt;Paid&lt;/b&gt;" in listing
    page = requests.get(f"{sandbox.url}/inbox/{number}/", timeout=30).text
    assert 'iframe sandbox="' in page
    assert "allow-scripts" not in page
    framed = requests.get(f"{sandbox.url}/inbox/{number}/html", timeout=30)
    assert '<base target="_blank">' in framed.text
    assert "Hello" in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    empty = requests.get(f"{sandbox.url}/inbox/?to=nobody", timeout=30).text
    assert "No mail to nobody" in empty
    assert "nothing can be sent to @example.com" in empty


def post(sandbox: Sandbox, body: Any, headers: dict[str, str] | None = None) -> requests.Response:
    sent = {"Authorization": f"Bearer {RESEND_KEY}", **(headers or {})}
    return requests.post(f"{sandbox.url}/resend/emails", json=body, headers=sent, timeout=30)

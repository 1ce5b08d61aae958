"""What Resend tells about a mail: believed only when signed, in any order, however often."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from devtools.sandbox.process import Sandbox
from mailing import campaigns, newsletter, outbox, suppression
from mailing.models import Campaign, CampaignRecipient, OutgoingMail, Suppression

pytestmark = pytest.mark.django_db
SECRET = base64.b64decode("cHJlY2hpLWRlbW8tc2VjcmV0")


@pytest.fixture
def mail() -> OutgoingMail:
    return OutgoingMail.objects.create(
        kind="order-paid", about="nothing/1", recipient="ada@prechi.test", subject="x", provider_id="re-1"
    )


def tell(client: Client, kind: str, *, secret: bytes = SECRET, at: float | None = None, **data: Any) -> Any:
    raw = json.dumps({"type": kind, "data": {"email_id": "re-1"} | data}).encode()
    timestamp = str(int(at or time.time()))
    signature = base64.b64encode(hmac.new(secret, b"msg_1." + timestamp.encode() + b"." + raw, hashlib.sha256).digest())
    headers = {"svix-id": "msg_1", "svix-timestamp": timestamp, "svix-signature": f"v1,other v1,{signature.decode()}"}
    return client.post("/webhooks/resend/", raw, content_type="application/json", headers=headers)


def test_the_heaviest_word_stands_whatever_the_order(client: Client, mail: OutgoingMail) -> None:
    for kind in ("email.sent", "email.delivered", "email.complained", "email.delivered", "email.delivery_delayed"):
        assert tell(client, kind).status_code == 200
    mail.refresh_from_db()
    assert mail.delivery == "complained"


def test_about_no_mail_of_ours_nothing_is_noted(client: Client, mail: OutgoingMail) -> None:
    assert tell(client, "email.bounced", email_id="re-2").json() == {"status": "nothing to note"}


@pytest.mark.parametrize("how", [{"secret": b"another"}, {"at": 1_700_000_000}], ids=["other key", "too old"])
def test_what_is_not_signed_now_is_refused(client: Client, mail: OutgoingMail, how: dict[str, Any]) -> None:
    answer = tell(client, "email.bounced", **how)
    assert (answer.status_code, answer.json()["field"]) == (401, "svix-signature")
    mail.refresh_from_db()
    assert mail.delivery == ""


def test_without_a_secret_nothing_is_believed(client: Client, mail: OutgoingMail, settings: Any) -> None:
    settings.RESEND_WEBHOOK_SECRET = ""
    assert tell(client, "email.bounced", secret=b"").status_code == 401


def test_the_vector_of_the_contract_is_believed_at_its_time(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RESEND_WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
    headers = {
        "svix-id": "msg_1",
        "svix-timestamp": "1700000000",
        "svix-signature": "v1,J5Wakez8WnOt9XuBUE/mEDTX9kI7llTmEe8QP/vJaDk=",
    }
    body = b'{"type":"email.sent","data":{}}'
    for moment, changed, status in (
        (1_700_000_100, body, 200),
        (1_700_000_100, body + b" ", 401),
        (1_700_000_301, body, 401),
    ):
        monkeypatch.setattr("mailing.webhooks.time.time", lambda moment=moment: moment)
        answer = client.post("/webhooks/resend/", changed, content_type="application/json", headers=headers)
        assert answer.status_code == status


def test_an_event_that_is_here_before_our_answer_is_noted_by_its_key(client: Client, mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(provider_id="", state="sending")
    assert tell(client, "email.delivered", tags={"key": f"mail_{mail.key}"}).json() == {"status": "noted"}
    mail.refresh_from_db()
    assert mail.delivery == "delivered"


@pytest.mark.parametrize("kind", ["bounced", "complained", "suppressed"])
def test_who_refuses_gets_no_marketing_mail_any_more(client: Client, mail: OutgoingMail, kind: str) -> None:
    for _ in range(2):
        tell(client, f"email.{kind}", to=["A.da+shop@Prechi.test"])
    assert suppression.is_stopped("ada@prechi.test")
    assert not suppression.is_stopped("bola@prechi.test")
    assert [row.reason for row in Suppression.objects.all()] == [kind]


def test_a_full_mailbox_stops_nothing(client: Client, mail: OutgoingMail) -> None:
    tell(client, "email.bounced", to=["ada@prechi.test"], bounce={"type": "Transient"})
    assert not suppression.is_stopped("ada@prechi.test")
    mail.refresh_from_db()
    assert mail.delivery == "bounced"


def test_a_complaint_outweighs_a_bounce_in_either_order(client: Client, mail: OutgoingMail) -> None:
    for kind in ("bounced", "complained", "bounced"):
        tell(client, f"email.{kind}", to=["ada@prechi.test"])
    assert Suppression.objects.get().reason == "complained"


def test_what_is_not_signed_stops_nobody(client: Client, mail: OutgoingMail) -> None:
    tell(client, "email.complained", secret=b"another", to=["ada@prechi.test"])
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("to", ["ada@prechi.test", None, [None, "no address", "a@" + "b" * 300]])
def test_odd_recipients_break_nothing(client: Client, mail: OutgoingMail, to: Any) -> None:
    assert tell(client, "email.bounced", to=to).status_code == 200
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("address", "reason"), [("bounced", "bounced"), ("complained+x", "complained"), ("suppressed", "suppressed")]
)
def test_the_test_addresses_of_resend_end_in_a_suppression(
    client: Client, sandbox: Sandbox, settings: Any, address: str, reason: str
) -> None:
    """The sandbox sends what Resend would; here its deliveries are handed over by the test."""
    settings.EMAIL_BACKEND = "mailing.resend_backend.ResendBackend"
    row = outbox.write("staff-low-stock", "staff/1", f"{address}@resend.dev", {"news": ["x"], "standing": 1})
    assert outbox.send(row.pk)
    row.refresh_from_db()
    [sent] = sandbox.control("GET", "resend/emails")["emails"]
    assert sent["tags"] == [{"name": "key", "value": f"mail_{row.key}"}]
    told = sandbox.control("GET", "webhooks")["webhooks"]
    for delivery in reversed(told):
        body = json.loads(delivery["body"])
        tell(client, body["type"], **body["data"])
    row.refresh_from_db()
    assert row.delivery == reason
    assert Suppression.objects.get().reason == reason


def test_a_mail_of_a_newsletter_is_counted_for_its_campaign(client: Client) -> None:
    campaign = Campaign.objects.create(
        subject="x", heading="x", body="x", button_label="x", button_url="https://x.test/"
    )
    person = newsletter.include("ada@prechi.test", "footer", timezone.now())
    mail = CampaignRecipient.objects.create(campaign=campaign, subscriber=person, state="sent", provider_id="re-9")
    for kind in ("complained", "delivered"):
        tell(client, f"email.{kind}", email_id="re-9", to=["ada@prechi.test"])
    mail.refresh_from_db()
    assert mail.delivery == "complained"
    assert campaigns.progress(campaign)["complained"] == 1
    assert not campaigns.audience().exists()

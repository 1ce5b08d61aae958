"""What Resend tells about a mail: believed only when signed, in any order, however often."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client

from mailing.models import OutgoingMail

pytestmark = pytest.mark.django_db
SECRET = base64.b64decode("cHJlY2hpLWRlbW8tc2VjcmV0")


@pytest.fixture
def mail() -> OutgoingMail:
    return OutgoingMail.objects.create(
        kind="order-paid", about="order/PR-1", recipient="ada@prechi.test", subject="x", provider_id="re-1"
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

"""A sender that is killed at the worst moment, handed over and not marked, makes no second mail."""

import os
import signal
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from tests.factories import placed_order

pytestmark = pytest.mark.django_db(transaction=True)

KILLED = """
import os, signal, django
django.setup()
from mailing import outbox
hand_over = outbox._hand_over
def and_die(mail):
    hand_over(mail)
    os.kill(os.getpid(), signal.SIGKILL)
outbox._hand_over = and_die
outbox.send({mail})
"""


def sender_dies(mail: OutgoingMail, sandbox: Sandbox) -> int:
    """In a process of its own, on this test's database and sandbox."""
    here = f"/{connection.settings_dict['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=here).geturl(),
        "RESEND_API_URL": f"{sandbox.url}/resend",
        "EMAIL_BACKEND": "mailing.resend_backend.ResendBackend",
    }
    sender = [sys.executable, "-c", KILLED.format(mail=mail.pk)]
    return subprocess.run(sender, env=environment, timeout=60, check=False).returncode


@pytest.fixture
def mail(settings: Any, sandbox: Sandbox) -> OutgoingMail:
    settings.EMAIL_BACKEND = "mailing.resend_backend.ResendBackend"
    return OutgoingMail.objects.get(about=f"order/{placed_order().number}")


def lease_ends(mail: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=Now())


def inbox(sandbox: Sandbox) -> list[Any]:
    return list(sandbox.control("GET", "resend/emails")["emails"])


def test_a_killed_sender_is_followed_by_one_that_sends_nothing_new(mail: OutgoingMail, sandbox: Sandbox) -> None:
    assert sender_dies(mail, sandbox) == -signal.SIGKILL
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, len(inbox(sandbox))) == ("sending", None, 1)
    assert outbox.due() == []
    lease_ends(mail)
    assert outbox.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 2)
    assert [sent["id"] for sent in inbox(sandbox)] == [mail.provider_id]


def test_without_the_key_there_would_be_two(
    mail: OutgoingMail, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what saves the customer from a second mail is the key."""
    assert sender_dies(mail, sandbox) == -signal.SIGKILL
    monkeypatch.setattr(outbox, "IDEMPOTENCY_HEADER", "X-Nothing")
    lease_ends(mail)
    assert outbox.send(mail.pk)
    assert len(inbox(sandbox)) == 2

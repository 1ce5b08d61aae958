"""What happens to an accepted mail: the events of its address, now or when it is due. Runs in ``writing()``."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from devtools.sandbox import webhooks
from devtools.sandbox.models import Email, writing

# By the local part before a +label, at resend.dev; every other address receives its mail.
TEST_ADDRESSES = {
    "delivered": ("sent", "delivered"),
    "bounced": ("sent", "bounced"),
    "complained": ("sent", "delivered", "complained"),
    "suppressed": ("suppressed",),
}
BETWEEN_EVENTS = timedelta(milliseconds=400)


def send(email: Email) -> None:
    """Resend reports about the mail as a whole; the first test address among the recipients decides."""
    sequence = next((events for to in email.message["to"] if (events := events_of(to))), TEST_ADDRESSES["delivered"])
    email.last_event = sequence[-1]
    email.save()
    for position, kind in enumerate(sequence):
        payload = {"type": f"email.{kind}", "created_at": stamp(timezone.now()), "data": data_of(email, kind)}
        webhooks.queue("resend", f"email.{kind}", payload, about=str(email.pk), after=BETWEEN_EVENTS * position)


def send_scheduled() -> None:
    due = Email.objects.filter(scheduled_at__lte=timezone.now(), last_event="scheduled")
    for pk in list(due.values_list("pk", flat=True)):
        with writing():
            email = due.filter(pk=pk).first()
            if email is not None:
                send(email)


def events_of(address: str) -> tuple[str, ...]:
    found = re.search(r"([a-z]+)(?:\+[^@]*)?@resend\.dev", address.lower())
    return TEST_ADDRESSES.get(found[1], ()) if found else ()


def data_of(email: Email, kind: str) -> dict[str, Any]:
    message = email.message
    data: dict[str, Any] = {
        "email_id": str(email.pk),
        "message_id": message_id(email),
        "created_at": stamp(email.created_at),
        "from": message["from"],
        "to": message["to"],
        "subject": message["subject"],
        "tags": {tag["name"]: tag["value"] for tag in message.get("tags") or []},
    }
    if kind == "bounced":
        data["bounce"] = {
            "type": "Permanent",
            "subType": "General",
            "message": "The recipient's email address does not exist.",
            "diagnosticCode": ["smtp; 550 5.1.1 user unknown"],
        }
    if kind == "suppressed":
        data["suppressed"] = {
            "type": "OnAccountSuppressionList",
            "reason": "previous_bounce",
            "message": "The address bounced before and is on the suppression list.",
            "diagnosticCode": [],
        }
    return data


def message_id(email: Email) -> str:
    return f"<{email.pk}@sandbox.resend.dev>"


def stamp(moment: Any) -> str:
    """Resend's way of writing an instant: a blank where ISO has a T."""
    return str(moment.strftime("%Y-%m-%d %H:%M:%S.%f+00"))

"""What Resend tells us about a mail after taking it: delivered, delayed, bounced, or marked as spam."""

import base64
import binascii
import hashlib
import hmac
import json
import time

from django.conf import settings

from core.errors import ShopError
from mailing.models import OutgoingMail

Delivery = OutgoingMail.Delivery

TOLERANCE_SECONDS = 300
BODY_MAX = 256 * 1024
MEANING = {
    "email.delivery_delayed": Delivery.DELAYED,
    "email.delivered": Delivery.DELIVERED,
    "email.suppressed": Delivery.SUPPRESSED,
    "email.bounced": Delivery.BOUNCED,
    "email.complained": Delivery.COMPLAINED,
}
WEIGHT = {value: weight for weight, value in enumerate(Delivery.values)}


class NotSigned(ShopError):
    status = 401
    code = "bad_signature"


def receive(raw: bytes, *, message_id: str, timestamp: str, signature: str) -> bool:
    """Notes what became of one of our mails. Returns whether anything was noted.

    Events come in any order and more than once: only one that outweighs what is known changes it, so a repeat changes
    nothing. Raises NotSigned for a body, id or time that Resend did not sign within five minutes.
    """
    if len(raw) > BODY_MAX or not _is_signed(raw, message_id, timestamp, signature):
        raise NotSigned("The signature does not fit this id, time and body.", field="svix-signature")
    try:
        event = json.loads(raw)
        told, mail_id = MEANING.get(event["type"]), str(event["data"].get("email_id", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShopError("The body is not an event with its data.", code="not_an_event", field="body") from error
    if told is None or not mail_id or "\0" in mail_id:
        return False
    lighter = [value for value, weight in WEIGHT.items() if weight < WEIGHT[told]]
    return OutgoingMail.objects.filter(provider_id=mail_id, delivery__in=lighter).update(delivery=told) > 0


def _is_signed(raw: bytes, message_id: str, timestamp: str, signature: str) -> bool:
    secret = _secret()
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{message_id}.{timestamp}.".encode(errors="replace") + raw
    right = b"v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())
    return any(hmac.compare_digest(each.encode(errors="replace"), right) for each in signature.split())


def _secret() -> bytes:
    """The key inside `whsec_…`; empty where none is set, and then nothing is believed."""
    try:
        return base64.b64decode(settings.RESEND_WEBHOOK_SECRET.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return b""

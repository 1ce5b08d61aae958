"""What Resend tells us about a mail after taking it: delivered, delayed, bounced, or marked as spam."""

import base64
import binascii
import hashlib
import hmac
import time
import uuid
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Q

from core.errors import ShopError
from core.personal import ERASED_DOMAIN
from mailing import suppression
from mailing.models import CampaignRecipient, OutgoingMail
from mailing.resend_backend import KEY_TAG

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
STOPS = {
    Delivery.SUPPRESSED: suppression.Reason.SUPPRESSED,
    Delivery.BOUNCED: suppression.Reason.BOUNCED,
    Delivery.COMPLAINED: suppression.Reason.COMPLAINED,
}
PERMANENT = "Permanent"
WEIGHT = {value: weight for weight, value in enumerate(Delivery.values)}


class NotSigned(ShopError):
    status = 401
    code = "bad_signature"


class TooLarge(ShopError):
    status = 413
    code = "too_large"


def receive(raw: bytes, *, message_id: str, timestamp: str, signature: str) -> bool:
    """Notes what became of one of our mails. Returns whether anything was noted.

    Events come in any order and more than once, even before our call has its answer: they are told apart by the key
    that the mail was sent with, and only one that outweighs what is known changes it, so a repeat changes nothing. An
    address that refuses for good, or calls it spam, gets no marketing mail from then on.

    Raises NotSigned for a body, id or time that Resend did not sign within five minutes, TooLarge, and ShopError for
    a body that is no event.
    """
    if len(raw) > BODY_MAX:
        raise TooLarge("The body is larger than any event of Resend. Nothing was noted.", field="body")
    if not _is_signed(raw, message_id, timestamp, signature):
        raise NotSigned("The signature does not fit this id, time and body.", field="svix-signature")
    try:
        event = orjson.loads(raw)
        told, data = MEANING.get(event["type"]), dict(event["data"])
        mail_id, key = str(data.get("email_id", "")), _key_of(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShopError("The body is not an event with its data.", code="not_an_event", field="body") from error
    if told is None or not mail_id or "\0" in mail_id:
        return False
    this = Q(provider_id=mail_id) | Q(key=key) if key else Q(provider_id=mail_id)
    if told in STOPS and not _may_pass(data) and not _is_erased(this):
        for address in _recipients(data):
            suppression.stop(address, STOPS[told])
    lighter = [value for value, weight in WEIGHT.items() if weight < WEIGHT[told]]
    noted = 0
    for mails in (OutgoingMail.objects, CampaignRecipient.objects):
        noted += mails.filter(this, delivery__in=lighter).update(delivery=told)
    return noted > 0


def _key_of(data: dict[str, Any]) -> uuid.UUID | None:
    """Ours, from the tag that mailing.resend_backend gives each mail; None for a mail of before, or another's."""
    tags = data.get("tags")
    given = str(tags.get(KEY_TAG, "")) if isinstance(tags, dict) else ""
    try:
        return uuid.UUID(given.rpartition("_")[2])
    except ValueError:
        return None


def _is_erased(this: Q) -> bool:
    """Whose person is forgotten: what comes of a mail afterwards brings no address back."""
    return OutgoingMail.objects.filter(this, recipient__endswith=f"@{ERASED_DOMAIN}").exists()


def _may_pass(data: dict[str, Any]) -> bool:
    """A full mailbox is no reason to write never again."""
    bounce = data.get("bounce")
    return isinstance(bounce, dict) and bounce.get("type", PERMANENT) != PERMANENT


def _recipients(data: dict[str, Any]) -> list[str]:
    to = data.get("to")
    return [str(address) for address in to] if isinstance(to, list) else []


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

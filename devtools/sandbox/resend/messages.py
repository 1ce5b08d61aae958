"""What Resend accepts as a mail."""

import re
from datetime import datetime, timedelta
from email.utils import parseaddr
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import strip_tags

from devtools.sandbox import wire
from devtools.sandbox.faults import board
from devtools.sandbox.resend.answers import refused

ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,]+")
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
NEVER_DELIVERABLE = ("example.com", "example.org", "test.com")
LARGEST = 40 * 1024 * 1024
LISTS = ("to", "cc", "bcc", "reply_to")


class Unacceptable(wire.Refusal):
    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(refused(status, name, message).response)
        self.status, self.name, self.message = status, name, message

    def __str__(self) -> str:
        return self.message


def checked(given: Any, *, in_batch: bool = False) -> dict[str, Any]:
    """The message with its single addresses made lists, or ``Unacceptable``."""
    if not isinstance(given, dict):
        raise Unacceptable(422, "validation_error", "An email is an object.")
    message = dict(given)
    for field in ("from", "to"):
        if not message.get(field):
            raise Unacceptable(422, "missing_required_field", f"Missing `{field}` field.")
    if not message.get("template"):
        if not message.get("subject"):
            raise Unacceptable(422, "missing_required_field", "Missing `subject` field.")
        if not message.get("html") and not message.get("text"):
            raise Unacceptable(422, "missing_required_field", "Missing `html` or `text` field.")
    elif message.get("html") or message.get("text"):
        raise Unacceptable(422, "validation_error", "A template cannot be combined with `html` or `text`.")
    message["subject"] = str(message.get("subject") or "(from the template)")
    for field in LISTS:
        value = message.get(field) or []
        message[field] = [value] if isinstance(value, str) else value
    check_addresses(message)
    check_tags(message)
    check_attachments(message, in_batch=in_batch)
    return message


def check_addresses(message: dict[str, Any]) -> None:
    sender = parseaddr(str(message["from"]))[1]
    for field, addresses in (("from", [message["from"]]), *((field, message[field]) for field in LISTS)):
        for address in addresses:
            if not isinstance(address, str) or not ADDRESS.fullmatch(parseaddr(address)[1]):
                text = f"Invalid `{field}` field. The email address needs to follow the `email@example.com` or "
                raise Unacceptable(422, "validation_error", text + "`Name <email@example.com>` format.")
    if len(message["to"]) > 50:
        raise Unacceptable(422, "validation_error", "The `to` field takes at most 50 addresses.")
    for address in message["to"]:
        if domain_of(address) in NEVER_DELIVERABLE:
            text = "Invalid `to` field. Please use our testing email address instead of domains like "
            raise Unacceptable(422, "validation_error", f"{text}`{domain_of(address)}`.")
    verified = board.value("resend.verified_domain")
    domain = domain_of(sender)
    if verified and domain != verified and not domain.endswith(f".{verified}"):
        text = f"The {domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains"
        raise Unacceptable(403, "validation_error", text)


def domain_of(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2].lower()


def check_tags(message: dict[str, Any]) -> None:
    for tag in message.get("tags") or []:
        if not (isinstance(tag, dict) and all(TAG.fullmatch(str(tag.get(part, ""))) for part in ("name", "value"))):
            text = "Tags should only contain ASCII letters, numbers, underscores, or dashes."
            raise Unacceptable(422, "validation_error", text)


def check_attachments(message: dict[str, Any], *, in_batch: bool) -> None:
    attachments = message.get("attachments") or []
    if attachments and in_batch:
        raise Unacceptable(422, "validation_error", "The `attachments` field is not supported in a batch.")
    size = 0
    for attachment in attachments:
        if not isinstance(attachment, dict) or not (attachment.get("content") or attachment.get("path")):
            raise Unacceptable(422, "invalid_attachment", "An attachment must have `content` or `path`.")
        # Base64 text or a list of byte values, which the SDK makes of bytes.
        size += len(attachment.get("content") or "")
    if size > LARGEST:
        raise Unacceptable(422, "invalid_attachment", "The email is larger than 40 MB.")


def due_at(message: dict[str, Any]) -> datetime | None:
    """``scheduled_at`` as an instant: ISO 8601, or "in 5 min" for the natural language that Resend reads."""
    wanted = message.get("scheduled_at")
    if not wanted:
        return None
    if found := re.fullmatch(r"in (\d{1,6}) ?(s|sec|min|h|hour|day)\w*", str(wanted).strip()):
        unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[found[2][0]]
        moment: datetime | None = timezone.now() + timedelta(**{unit: int(found[1])})
    else:
        moment = parse_datetime(str(wanted))
    if moment is None or moment.tzinfo is None:
        raise Unacceptable(422, "validation_error", "Invalid `scheduled_at` field.")
    if moment > timezone.now() + timedelta(days=30):
        raise Unacceptable(422, "validation_error", "`scheduled_at` is more than 30 days ahead.")
    return moment


def text_of(html: str) -> str:
    """The text part that Resend makes when none is given."""
    body = re.sub(r"(?is)<(style|script|head).*?</\1>", "", html)
    body = re.sub(r"(?i)<br\s*/?>|</(?:p|div|h[1-6]|li|tr|table)>", "\n", body)
    lines = [line.strip() for line in unescape(strip_tags(body)).splitlines()]
    return "\n".join(line for line in lines if line)

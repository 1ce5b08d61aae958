"""Paystack's deliveries: checked, stored, acknowledged. A worker applies them (payments.provider_events)."""

from typing import Any

import orjson

from core.errors import ShopError
from core.queue import nudge
from payments import paystack, tasks
from payments.models import ProviderEvent

PROVIDER = "paystack"
BODY_MAX = 256 * 1024


class NotSigned(ShopError):
    status = 401
    code = "bad_signature"


class TooLarge(ShopError):
    status = 413
    code = "too_large"


def receive(raw: bytes, signature: str) -> ProviderEvent:
    """Stores a delivery that Paystack signed; the same event is stored once, however often it comes.

    When this returns the event is safe and 200 may be answered. Raises NotSigned, TooLarge, or ShopError for a body
    that is no event; nothing is stored then.
    """
    if len(raw) > BODY_MAX:
        raise TooLarge("The body is larger than any event of Paystack. Nothing was stored.", field="body")
    if not paystack.signature_is_right(raw, signature):
        raise NotSigned(
            "The signature does not fit the body. Sign the raw bytes with the secret key.", field="x-paystack-signature"
        )
    event, data = _read(raw)
    row, is_new = ProviderEvent.objects.get_or_create(
        provider=PROVIDER,
        key=_key_of(event, data),
        defaults={"event": event[:60], "reference": _reference_of(data)[:100], "body": raw.decode()},
    )
    if is_new:
        nudge(tasks.apply_event, row.pk)
    return row


def _read(raw: bytes) -> tuple[str, dict[str, Any]]:
    try:
        body = orjson.loads(raw)
        event, data = body["event"], body["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise ShopError("The body is not an event with its data.", code="not_an_event", field="body") from error
    if not isinstance(event, str) or "\\u0000" in raw.decode():
        raise ShopError("The body is not an event with its data.", code="not_an_event", field="body")
    return event, data if isinstance(data, dict) else {}


def _key_of(event: str, data: dict[str, Any]) -> str:
    """Paystack numbers no deliveries: an event about the same thing in the same state is the same event."""
    transfer = data.get("bank_transfer")
    if isinstance(transfer, dict):  # names no payment, only Paystack's number of it
        return f"{event}/{transfer.get('transaction_id')}/{transfer.get('amount')}"[:160]
    about = data.get("id") or f"{_reference_of(data)}/{data.get('refund_reference') or data.get('amount') or ''}"
    return f"{event}/{about}/{data.get('status') or ''}"[:160]


def _reference_of(data: dict[str, Any]) -> str:
    about = data.get("transaction")
    of_transaction = about.get("reference") if isinstance(about, dict) else None
    return str(data.get("reference") or data.get("transaction_reference") or of_transaction or "")

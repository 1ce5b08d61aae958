"""Paystack over HTTP, and what its answers mean. Amounts are subunits."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import structlog
from django.conf import settings
from django.utils.dateparse import parse_datetime

from core import http
from core.http import ProviderRefused, ProviderSilent, ProviderUnavailable
from payments import breaker

SESSION_TIMEOUT = "/integration/payment_session_timeout"
UNKNOWN_REFERENCE = "transaction_not_found"
PER_PAGE = 100
UNKNOWN_REFERENCE_MESSAGE = "transaction reference not found"

log = structlog.get_logger(__name__)


class UnknownReference(ProviderRefused):
    """Paystack has never seen this reference: the attempt did not reach it."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where the customer pays. Paystack tells it once and never again."""

    authorization_url: str
    access_code: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """What Paystack says of a transaction. `amount` includes its fee where the customer bears that."""

    id: int
    reference: str
    status: str
    amount: int
    requested_amount: int
    currency: str
    domain: str
    channel: str
    fees: int | None
    paid_at: datetime | None
    message: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What Paystack says of a refund. `note` is what the shop wrote on it when it asked."""

    id: int
    status: str
    amount: int
    currency: str
    note: str


def mode() -> str:
    """`live` or `test`, as the key says. Money of the other world is not money."""
    return "live" if settings.PAYSTACK_SECRET_KEY.startswith("sk_live_") else "test"


def initialize(
    *, reference: str, email: str, amount: int, currency: str, callback_url: str, metadata: dict[str, Any]
) -> Checkout:
    """Opens a transaction. Raises ProviderRefused, or ProviderUnavailable when nobody knows whether it was opened."""
    data = _call(
        "POST",
        "/transaction/initialize",
        {
            "reference": reference,
            "email": email,
            "amount": amount,
            "currency": currency,
            "callback_url": callback_url,
            "metadata": metadata,
        },
    )
    return Checkout(str(data["authorization_url"]), str(data["access_code"]))


def verify(reference: str) -> Transaction:
    """Asks what became of a transaction. Raises UnknownReference or ProviderUnavailable."""
    return _transaction_of(_ask(f"/transaction/verify/{quote(reference, safe='')}"), reference)


def find(number: int) -> Transaction:
    """A transaction by its number. Raises UnknownReference for one that is not ours, or ProviderUnavailable."""
    return _transaction_of(_ask(f"/transaction/{number}"), f"transaction {number}")


def transactions(since: datetime) -> Iterator[list[Transaction]]:
    """All that were begun since then, paid or not, newest first, by pages. One may come twice while others are begun.

    What cannot be read is left out, and logged. Raises ProviderUnavailable for a page that Paystack does not give.
    """
    page = 1
    while True:
        wanted = {"from": since.isoformat(), "perPage": PER_PAGE, "page": page}
        rows = _ask("/transaction", wanted, list)
        yield [transaction for row in rows if (transaction := _readable(row))]
        if len(rows) < PER_PAGE:
            return
        page += 1


def _readable(row: Any) -> Transaction | None:
    try:
        return _transaction_of(row, "a transaction of its list")
    except ProviderUnavailable as error:
        reference = row.get("reference") if isinstance(row, dict) else None
        log.error("transaction_unreadable", reference=reference, error=error.message)
        return None


def _transaction_of(data: Any, about: str) -> Transaction:
    try:
        return Transaction(
            id=int(data["id"]),
            reference=str(data["reference"]),
            status=str(data["status"]),
            amount=int(data["amount"]),
            requested_amount=int(data.get("requested_amount") or data["amount"]),
            currency=str(data["currency"]),
            domain=str(data["domain"]),
            channel=str(data.get("channel") or ""),
            fees=int(data["fees"]) if data.get("fees") is not None else None,
            paid_at=parse_datetime(str(data.get("paid_at") or data.get("paidAt") or "")),
            message=str(data.get("gateway_response") or data.get("message") or ""),
            email=str((data.get("customer") or {}).get("email") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProviderUnavailable(f"Paystack answered about {about} in a shape that cannot be read") from error


def refund(*, transaction: int, amount: int, currency: str, customer_note: str, note: str) -> RefundAnswer:
    """Asks to give money of a transaction (its number) back. Never repeat it blindly: look with `refunds_of` first.

    Raises ProviderRefused, or ProviderUnavailable when nobody knows whether it was done.
    """
    asked = {
        "transaction": transaction,
        "amount": amount,
        "currency": currency,
        "customer_note": customer_note,
        "merchant_note": note,
    }
    return _refund_of(_call("POST", "/refund", asked))


def find_refund(refund_id: int) -> RefundAnswer:
    return _refund_of(_ask(f"/refund/{refund_id}"))


def refunds_of(transaction: int) -> list[RefundAnswer]:
    """All refunds of a transaction. By its number: asked by reference, Paystack answers with an empty list."""
    rows = _ask("/refund", {"transaction": transaction, "perPage": PER_PAGE}, list)
    return [_refund_of(row) for row in rows]


def session_timeout() -> int:
    """For how many seconds a page of this account takes payments; 0 for ever. Raises ProviderUnavailable."""
    return _seconds_of(_ask(SESSION_TIMEOUT))


def set_session_timeout(seconds: int) -> int:
    """Returns what Paystack says it is then. Raises ProviderRefused, ProviderUnavailable; harmless twice."""
    return _seconds_of(_call("PUT", SESSION_TIMEOUT, {"timeout": seconds}))


def _seconds_of(data: Any) -> int:
    try:
        return int(data["payment_session_timeout"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProviderUnavailable("Paystack answered about its sessions in a shape that cannot be read") from error


def signature_is_right(raw: bytes, signature: str) -> bool:
    """Whether Paystack signed exactly these bytes, with our key or the one before it."""
    given = signature.strip().lower().encode(errors="replace")
    keys = [settings.PAYSTACK_SECRET_KEY, settings.PAYSTACK_PREVIOUS_SECRET_KEY]
    return any(
        hmac.compare_digest(hmac.new(key.encode(), raw, hashlib.sha512).hexdigest().encode(), given)
        for key in keys
        if key
    )


def _refund_of(data: Any) -> RefundAnswer:
    try:
        return RefundAnswer(
            id=int(data["id"]),
            status=str(data["status"]),
            amount=int(data["amount"]),
            currency=str(data["currency"]),
            note=str(data.get("merchant_note") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProviderUnavailable("Paystack answered about a refund in a shape that cannot be read") from error


def _ask(path: str, params: dict[str, Any] | None = None, wanted: type = dict) -> Any:
    """A question. Where it is refused, as with a key that is wrong, nobody knows the answer: ProviderUnavailable.

    That a transaction is unknown is an answer: UnknownReference.
    """
    try:
        return _call("GET", path, params=params, wanted=wanted)
    except UnknownReference:
        raise
    except ProviderRefused as error:
        raise ProviderUnavailable(
            f"Paystack does not tell: {error.message}", status=error.status, code=error.code
        ) from error


def _call(
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    params: dict[str, Any] | None = None,
    wanted: type = dict,
) -> Any:
    breaker.paystack.check()
    try:
        status, answer = http.call(
            method,
            settings.PAYSTACK_BASE_URL + path,
            headers={"Authorization": f"Bearer {settings.PAYSTACK_SECRET_KEY}"},
            json=body,
            params=params,
            timeout=settings.PAYSTACK_TIMEOUT_SECONDS,
        )
    except ProviderSilent:
        breaker.paystack.silence()
        raise
    breaker.paystack.answer()
    if status == 200 and answer.get("status") is True and isinstance(answer.get("data"), wanted):
        return answer["data"]
    message, code = str(answer.get("message", "")), str(answer.get("code", ""))
    if status in (400, 404) and (code == UNKNOWN_REFERENCE or message.lower().startswith(UNKNOWN_REFERENCE_MESSAGE)):
        raise UnknownReference(message, status=status, code=code)
    if status == 200:
        raise ProviderUnavailable("Paystack answered in a shape that cannot be read", status=status)
    raise ProviderRefused(message or f"HTTP {status}", status=status, code=code)

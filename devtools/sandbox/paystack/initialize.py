"""POST /transaction/initialize: the transaction exists from here on, as ``abandoned``."""

import json
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse

from devtools.sandbox.faults import board
from devtools.sandbox.models import Customer, Transaction, code, first_id, writing
from devtools.sandbox.paystack.answers import api, missing, ok, refused
from devtools.sandbox.wire import Call

MINIMUMS = {"NGN": 5000, "USD": 200, "GHS": 10, "ZAR": 100, "KES": 300, "XOF": 100}
MAXIMUM = 10_000_000 * 100
CHANNELS = {
    "card", "bank", "apple_pay", "ussd", "qr", "mobile_money", "bank_transfer", "eft", "capitec_pay", "payattitude",
}  # fmt: skip


@api("initialize")
def initialize(request: Call) -> HttpResponse:
    params: dict[str, Any] = request.params
    email = email_of(params)
    currency = currency_of(params)
    amount = amount_of(params, currency)
    wanted = reference_of(params)
    details = {
        "callback_url": str(params.get("callback_url") or ""),
        "channels": channels_of(params),
        "metadata": metadata_of(params),
        "label": str(params.get("label") or "")[:200],
    }
    with writing():
        if wanted and Transaction.objects.filter(reference=wanted).exists():
            step = "Try and create the Transaction or Charge with a new reference"
            raise refused(400, "Duplicate Transaction Reference", "duplicate_reference", next_step=step)
        customer, _ = Customer.objects.get_or_create(email=email, defaults={"customer_code": code("CUS_")})
        transaction = Transaction.objects.create(
            pk=first_id(Transaction),
            reference=wanted or code(length=10),
            access_code=code(),
            customer=customer,
            requested_amount=amount,
            amount=amount,
            currency=currency,
            **details,
        )
    data = {
        "authorization_url": authorization_url(transaction),
        "access_code": transaction.access_code,
        "reference": transaction.reference,
    }
    return ok("Authorization URL created", data)


def authorization_url(transaction: Transaction) -> str:
    return f"{settings.PUBLIC_URL}/checkout/{transaction.access_code}"


def email_of(params: dict[str, Any]) -> str:
    email = params.get("email")
    if not email:
        raise missing("Email Address is required")
    try:
        validate_email(email)
    except ValidationError as error:
        raise refused(400, "Invalid Email Address Passed", "invalid_email_address") from error
    return str(email).lower()


def currency_of(params: dict[str, Any]) -> str:
    enabled = [name.strip() for name in board.value("paystack.currencies").split(",")]
    currency = params.get("currency") or enabled[0]
    if currency not in enabled:
        raise refused(400, "Currency not supported by merchant", "unsupported_currency")
    return str(currency)


def amount_of(params: dict[str, Any], currency: str) -> int:
    """``100``, ``"100"`` and ``100.0`` are one hundred; ``100.5`` and ``"100.50"`` are not whole numbers."""
    given = params.get("amount")
    if given is None or given == "":
        raise missing("Amount is required")
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, str) and re.fullmatch(r"-?\d+", given, re.ASCII):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        raise refused(400, '"amount" must be an integer', "invalid_params")
    minimum = MINIMUMS.get(currency, 1) if board.value("paystack.minimums") else 1
    if not minimum <= given <= MAXIMUM:
        raise refused(400, "Invalid Amount Sent", "invalid_amount")
    return given


def reference_of(params: dict[str, Any]) -> str:
    reference = str(params.get("reference") or "")
    if not re.fullmatch(r"[-.=_A-Za-z0-9]*", reference) or len(reference) > 200:
        raise refused(400, "Invalid character in transaction reference", "invalid_params")
    return reference


def channels_of(params: dict[str, Any]) -> list[str]:
    channels = params.get("channels") or []
    if not isinstance(channels, list) or not all(isinstance(channel, str) for channel in channels):
        raise refused(400, '"channels" must be an array', "invalid_params")
    return [channel for channel in channels if channel in CHANNELS]


def metadata_of(params: dict[str, Any]) -> Any:
    """A JSON string keeps its numbers; of an object, Paystack turns every scalar into a string."""
    metadata = params.get("metadata")
    if isinstance(metadata, str) and metadata:
        try:
            return json.loads(metadata)
        except ValueError:
            return metadata
    return stringified(metadata) if metadata else None


def stringified(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: stringified(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [stringified(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

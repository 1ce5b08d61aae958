"""What can happen to a transaction: it is captured, declined, waits, lands. Everything here runs in ``writing()``."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from devtools.sandbox.faults import board
from devtools.sandbox.models import Delivery, Transaction, code, writing
from devtools.sandbox.paystack import events, fees
from devtools.sandbox.paystack.cards import APPROVED, SUCCEEDING, Card

FINAL = ("success", "reversed", "reversal-pending")


class AlreadyPaid(Exception):
    """A paid transaction stays paid; only a refund or a dispute changes it."""


def capture(
    transaction: Transaction,
    *,
    card: Card | None = SUCCEEDING,
    amount: int | None = None,
    currency: str | None = None,
    webhooks: int | None = None,
) -> list[Delivery]:
    """The money is in: by card, or by bank transfer when ``card`` is ``None``."""
    if transaction.is_paid:
        raise AlreadyPaid(transaction.reference)
    charged = captured_amount(transaction) if amount is None else amount
    transaction.currency = currency or board.take("paystack.captured_currency") or transaction.currency
    transaction.amount = charged
    transaction.fees = fees.fee(charged, transaction.currency)
    transaction.status = "success"
    transaction.gateway_response = APPROVED if card else "Approved"
    transaction.channel = "card" if card else "bank_transfer"
    transaction.card = card.number if card else ""
    transaction.authorization = card_authorization(card) if card else transfer_authorization()
    transaction.paid_at = timezone.now()
    transaction.settles_at = None
    transaction.checkout = {} if card else {"waiting": True}
    note(transaction, "success", f"Successfully paid with {transaction.channel.replace('_', ' ')}", succeeded=True)
    transaction.save()
    return events.charge_success(transaction, copies=webhooks)


def captured_amount(transaction: Transaction) -> int:
    asked = transaction.requested_amount
    if board.value("paystack.customer_bears_fee"):
        asked = fees.with_fee_on_top(asked, transaction.currency)
    return max(1, asked + int(board.take("paystack.amount_change")))


def decline(transaction: Transaction, reason: str, *, status: str = "abandoned") -> list[Delivery]:
    """A declined card leaves a hosted transaction ``abandoned``: the payer may try again on the same page."""
    if transaction.is_paid:
        raise AlreadyPaid(transaction.reference)
    transaction.status = status
    transaction.gateway_response = reason
    transaction.checkout = {"error": reason}
    note(transaction, "error", f"Error: {reason}")
    transaction.save()
    return events.charge_failed(transaction) if board.take("paystack.charge_failed_event") else []


def wait(transaction: Transaction, status: str = "pending") -> None:
    """The payer has started something that takes time."""
    if transaction.is_paid:
        raise AlreadyPaid(transaction.reference)
    transaction.status = status
    transaction.gateway_response = "The transaction is in progress"
    transaction.save()


def abandon(transaction: Transaction) -> None:
    if transaction.is_paid:
        raise AlreadyPaid(transaction.reference)
    transaction.status = "abandoned"
    transaction.gateway_response = "The transaction was not completed"
    transaction.settles_at = None
    transaction.checkout = {}
    transaction.save()


def send_transfer(transaction: Transaction) -> None:
    """The payer's bank says it is on its way; ``land_transfers`` makes it arrive."""
    wait(transaction)
    transaction.channel = "bank_transfer"
    transaction.settles_at = timezone.now() + timedelta(milliseconds=board.value("paystack.transfer_ms"))
    transaction.save()


def reject_transfer(transaction: Transaction, sent: int) -> list[Delivery]:
    """A wrong amount goes back to the sender by itself, and the transaction stays open."""
    wait(transaction, "ongoing")
    return events.transfer_rejected(transaction, sent)


def land_transfers() -> None:
    for pk in list(due_transfers().values_list("pk", flat=True)):
        with writing():
            transaction = due_transfers().select_related("customer").filter(pk=pk).first()
            if transaction is not None and not transaction.is_paid:
                capture(transaction, card=None)


def due_transfers() -> QuerySet[Transaction]:
    return Transaction.objects.filter(settles_at__lte=timezone.now())


def note(transaction: Transaction, kind: str, message: str, *, succeeded: bool = False) -> None:
    """One more attempt in the log that Paystack shows with the transaction."""
    seconds = round((timezone.now() - transaction.created_at).total_seconds())
    log: dict[str, Any] = transaction.log or {
        "start_time": round(transaction.created_at.timestamp()),
        "time_spent": 0,
        "attempts": 0,
        "errors": 0,
        "success": False,
        "mobile": False,
        "input": [],
        "history": [],
    }
    log["attempts"] += 1
    log["errors"] += int(not succeeded)
    log["success"] = succeeded
    log["time_spent"] = seconds
    attempt = {"type": "action", "message": "Attempted to pay", "time": seconds}
    log["history"] += [attempt, {"type": kind, "message": message, "time": seconds}]
    transaction.log = log


def card_authorization(card: Card) -> dict[str, Any]:
    return {
        "authorization_code": code("AUTH_", 10),
        "bin": card.number[:6],
        "last4": card.number[-4:],
        "exp_month": "12",
        "exp_year": "2030",
        "channel": "card",
        "card_type": f"{card.brand} ",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": card.brand,
        "reusable": card.reusable,
        "signature": code("SIG_", 20),
        "account_name": None,
    }


def transfer_authorization() -> dict[str, Any]:
    return {
        "authorization_code": code("AUTH_", 10),
        "bin": "008XXX",
        "last4": "X553",
        "exp_month": "09",
        "exp_year": "2030",
        "channel": "bank_transfer",
        "card_type": "transfer",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": "Managed Account",
        "reusable": False,
        "signature": None,
        "account_name": None,
        "sender_country": "NG",
        "sender_bank": None,
        "sender_bank_account_number": "XXXXXXX553",
        "sender_name": "Adébáyọ̀ Ọlá",
        "narration": "Sandbox transfer",
    }

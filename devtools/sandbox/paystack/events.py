"""Paystack's webhooks: their bodies, and when they leave. Everything here runs in ``writing()``."""

from datetime import timedelta
from typing import Any

from devtools.sandbox import webhooks
from devtools.sandbox.faults import board
from devtools.sandbox.models import Delivery, Dispute, Refund, Transaction, iso
from devtools.sandbox.paystack import shapes


def charge_success(transaction: Transaction, *, copies: int | None = None) -> list[Delivery]:
    late = board.value("webhooks.paystack.moment") == "after_redirect"
    payload = {"event": "charge.success", "data": shapes.charged(transaction)}
    after = webhooks.AFTER_REDIRECT if late else timedelta()
    return webhooks.queue(
        "paystack", "charge.success", payload, about=transaction.reference, copies=copies, after=after
    )


def charge_failed(transaction: Transaction) -> list[Delivery]:
    """Not documented and never sent by default: a shop must shrug at it."""
    data = shapes.charged(transaction) | {"status": "failed"}
    payload = {"event": "charge.failed", "data": data}
    return webhooks.queue("paystack", "charge.failed", payload, about=transaction.reference)


def transfer_rejected(transaction: Transaction, sent: int) -> list[Delivery]:
    """Carries no reference: the shop has to find its payment by the transaction id."""
    rejected = {
        "amount": str(sent),
        "message": "incorrect amount sent",
        "message_type": "INCORRECT_AMOUNT",
        "transaction_id": str(shapes.public_id(transaction)),
    }
    who = shapes.customer(transaction.customer) | {
        "domain": "test",
        "integration": shapes.INTEGRATION,
        "createdAt": iso(transaction.created_at),
        "updatedAt": iso(transaction.created_at),
    }
    payload = {"event": "bank.transfer.rejected", "data": {"bank_transfer": rejected, "customer": who}}
    return webhooks.queue("paystack", "bank.transfer.rejected", payload, about=transaction.reference)


def refund_changed(refund: Refund) -> list[Delivery]:
    """Amounts are text until a refund fails or needs attention, when they are numbers, as in Paystack's samples."""
    who = refund.transaction.customer
    number = refund.status in ("failed", "needs-attention")
    data: dict[str, Any] = {
        "status": refund.status,
        "transaction_reference": refund.transaction.reference,
        "refund_reference": refund.refund_reference or None,
        "amount": refund.amount if number else str(refund.amount),
        "currency": refund.currency,
        "processor": "instant-transfer",
        "customer": {"first_name": None, "last_name": None, "email": who.email},
        "integration": shapes.INTEGRATION,
        "domain": "test",
        "id": str(shapes.refund_id(refund)) if refund.status == "needs-attention" else shapes.refund_id(refund),
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
    }
    if refund.status == "needs-attention":
        del data["processor"]
    event = f"refund.{refund.status}"
    payload = {"event": event, "data": data}
    return webhooks.queue("paystack", event, payload, about=refund.transaction.reference)


def dispute_changed(dispute: Dispute, event: str) -> list[Delivery]:
    payload = {"event": event, "data": shapes.dispute(dispute)}
    return webhooks.queue("paystack", event, payload, about=dispute.transaction.reference)

"""Transactions and refunds as Paystack writes them, each place with its own differences."""

from typing import Any

from devtools.sandbox.faults import board
from devtools.sandbox.models import Customer, Dispute, Refund, Transaction, iso

INTEGRATION = 412829
# Ids of real transactions passed 2**31 long ago; whoever stores them in 32 bits should notice here.
FIRST_ID = 4_099_260_000
FIRST_REFUND = 3_018_000
FIRST_CUSTOMER = 181_000_000
SOURCE = {"type": "api", "source": "merchant_api", "entry_point": "transaction_initialize", "identifier": None}
REFUNDED_BY = "owner@prechi.test"


def public_id(transaction: Transaction) -> int:
    return FIRST_ID + int(transaction.pk)


def internal_id(given: int) -> int:
    return given - FIRST_ID


def customer(who: Customer) -> dict[str, Any]:
    return {
        "id": FIRST_CUSTOMER + who.pk,
        "first_name": None,
        "last_name": None,
        "email": who.email,
        "customer_code": who.customer_code,
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def metadata(transaction: Transaction, *, nothing: Any = "") -> Any:
    match board.value("paystack.metadata"):
        case "empty_string":
            return ""
        case "zero":
            return 0
        case "null":
            return None
    return nothing if transaction.metadata is None else transaction.metadata


def _common(transaction: Transaction) -> dict[str, Any]:
    return {
        "id": public_id(transaction),
        "domain": "test",
        "status": board.value("paystack.status") or transaction.status,
        "reference": transaction.reference,
        "amount": transaction.amount,
        "message": None,
        "gateway_response": transaction.gateway_response,
        "paid_at": iso(transaction.paid_at),
        "created_at": iso(transaction.created_at),
        "channel": transaction.channel,
        "currency": transaction.currency,
        "ip_address": "127.0.0.1",
        "metadata": metadata(transaction),
        "log": transaction.log,
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": transaction.authorization,
        "customer": customer(transaction.customer),
        "plan": {},
        "split": {},
        "subaccount": {},
        "order_id": None,
        "paidAt": iso(transaction.paid_at),
        "requested_amount": transaction.requested_amount,
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
    }


def verified(transaction: Transaction) -> dict[str, Any]:
    return _common(transaction) | {
        "receipt_number": None,
        "plan": None,
        "createdAt": iso(transaction.created_at),
        "connect": None,
        "transaction_date": iso(transaction.created_at),
        "plan_object": {},
    }


def fetched(transaction: Transaction) -> dict[str, Any]:
    return _common(transaction) | {
        "receipt_number": None,
        "helpdesk_link": None,
        "createdAt": iso(transaction.created_at),
        "connect": None,
        "source": SOURCE,
        "authorization": {"receiver_bank_account_number": None, "receiver_bank": None} | transaction.authorization
        if transaction.authorization
        else {},
    }


def listed(transaction: Transaction) -> dict[str, Any]:
    shape = _common(transaction) | {
        "metadata": metadata(transaction, nothing=None),
        "createdAt": iso(transaction.created_at),
        "source": SOURCE,
        "connect": None,
    }
    del shape["fees_breakdown"]
    return shape


def charged(transaction: Transaction) -> dict[str, Any]:
    """``data`` of charge.success."""
    return _common(transaction) | {"source": SOURCE}


def refund_created(refund: Refund) -> dict[str, Any]:
    paid = refund.transaction
    trimmed = {
        "id": public_id(paid),
        "domain": "test",
        "reference": paid.reference,
        "amount": paid.amount,
        "paid_at": iso(paid.paid_at),
        "channel": paid.channel,
        "currency": paid.currency,
        "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
        "customer": {"international_format_phone": None},
        "plan": {},
        "subaccount": {"currency": None},
        "split": {},
        "order_id": None,
        "paidAt": iso(paid.paid_at),
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
    }
    return _refund(refund) | {
        "transaction": trimmed,
        "channel": None,
        "expected_at": iso(refund.created_at),
        "fully_deducted": False,
        "deducted_amount": 0,
        "updatedAt": iso(refund.updated_at),
    }


def refund_fetched(refund: Refund) -> dict[str, Any]:
    return _refund(refund) | {
        "transaction": public_id(refund.transaction),
        "dispute": None,
        "settlement": None,
        "refunded_at": iso(refund.refunded_at),
        "fully_deducted": int(refund.status == "processed"),
        "deducted_amount": refund.amount if refund.status == "processed" else 0,
        "bank_reference": None,
        "transaction_reference": refund.transaction.reference,
        "reason": refund.status.upper(),
        "customer": customer(refund.transaction.customer),
        "refund_type": "full" if refund.amount == refund.transaction.amount else "partial",
        "transaction_amount": refund.transaction.amount,
        "initiated_by": REFUNDED_BY,
        "refund_channel": refund.transaction.channel,
        "session_id": None,
        "collect_account_number": refund.status == "needs-attention",
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "integration": INTEGRATION,
        "merchant_note": refund.merchant_note,
        "customer_note": refund.customer_note,
        "status": refund.status,
        "refunded_by": REFUNDED_BY,
        "currency": refund.currency,
        "domain": "test",
        "amount": refund.amount,
        "id": refund_id(refund),
        "createdAt": iso(refund.created_at),
    }


def refund_id(refund: Refund) -> int:
    return FIRST_REFUND + int(refund.pk)


def internal_refund_id(given: int) -> int:
    return given - FIRST_REFUND


def dispute(case: Dispute) -> dict[str, Any]:
    """``data`` of the dispute webhooks."""
    return {
        "id": case.pk,
        "refund_amount": case.refund_amount,
        "currency": case.transaction.currency,
        "status": case.status,
        "resolution": case.resolution or None,
        "domain": "test",
        "transaction": _common(case.transaction),
        "transaction_reference": None,
        "category": case.category,
        "customer": customer(case.transaction.customer),
        "bin": case.transaction.authorization.get("bin"),
        "last4": case.transaction.authorization.get("last4"),
        "dueAt": iso(case.due_at),
        "resolvedAt": iso(case.resolved_at),
        "evidence": None,
        "attachments": None,
        "note": None,
        "history": case.history,
        "messages": [],
        "created_at": iso(case.created_at),
        "updated_at": iso(case.updated_at),
    }

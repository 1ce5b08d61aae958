"""Refunds: created by the shop, guarded by nothing but the total, and on their way for a while."""

import math
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.utils import timezone

from devtools.sandbox.faults import board
from devtools.sandbox.models import Refund, Transaction, code, first_id, writing
from devtools.sandbox.paystack import cards, events, shapes
from devtools.sandbox.paystack.answers import api, missing, not_found, ok, paged, refused
from devtools.sandbox.paystack.transactions import transactions
from devtools.sandbox.wire import Call

OPEN = ("pending", "processing", "needs-attention")
ON_THE_WAY = ("pending", "processing")


@api("refund")
def create(request: Call) -> HttpResponse:
    params: dict[str, Any] = request.params
    with writing():
        paid = transaction_of(params)
        amount = amount_of(params, paid)
        note = f"Refund for transaction {paid.reference}"
        refund = Refund.objects.create(
            pk=first_id(Refund),
            transaction=paid,
            amount=amount,
            currency=paid.currency,
            outcome=outcome_of(paid),
            customer_note=str(params.get("customer_note") or note),
            merchant_note=str(params.get("merchant_note") or f"{note} by {shapes.REFUNDED_BY}"),
            next_step_at=next_step(),
        )
        paid.status = "reversal-pending"
        paid.save(update_fields=["status"])
        events.refund_changed(refund)
    return ok("Refund has been queued for processing", shapes.refund_created(refund))


def transaction_of(params: dict[str, Any]) -> Transaction:
    wanted = str(params.get("transaction") or "")
    if not wanted:
        raise missing("Transaction is required")
    paid = transactions().filter(reference=wanted).first()
    if paid is None and wanted.isascii() and wanted.isdigit():
        paid = transactions().filter(pk=shapes.internal_id(int(wanted[:18]))).first()
    if paid is None:
        raise not_found()
    if not paid.is_paid:
        raise refused(400, "Transaction has not been paid", "invalid_transaction_status")
    currency = params.get("currency")
    if currency and currency != paid.currency:
        raise refused(400, "Transaction currency must match refund currency", "invalid_params")
    return paid


def amount_of(params: dict[str, Any], paid: Transaction) -> int:
    """What is left out means the original amount, even when a part of it has gone back already."""
    done = refunded(paid)
    if paid.status == "reversed" or done >= paid.amount:
        raise refused(400, "Transaction has been fully reversed", "transaction_reversed", type_="api_error")
    given = params.get("amount")
    amount = paid.amount if given in (None, "") else int(given) if str(given).isdigit() else 0
    if amount <= 0:
        raise refused(400, "Invalid Amount Sent", "invalid_amount")
    minimum = board.value("paystack.refund_minimum")
    if amount < minimum:
        least = f"{paid.currency}{minimum / 100:.2f}"
        raise refused(400, f"The minimum amount you may send in a single refund at this time is: {least}")
    if done + amount > paid.amount:
        raise refused(400, "Total refund amount cannot exceed original transaction amount")
    if not board.take("paystack.refund_balance"):
        raise refused(400, "Insufficient balance to fulfill this refund. Please fund your balance.", type_="api_error")
    return amount


def refunded(paid: Transaction) -> int:
    """What has gone back or is promised; a failed refund gave its part free again."""
    total: int | None = paid.refunds.exclude(status="failed").aggregate(total=Sum("amount"))["total"]
    return total or 0


def outcome_of(paid: Transaction) -> str:
    wanted: str = board.take("paystack.refund_outcome")
    return cards.refund_outcome(paid.card) if wanted == "by_card" else wanted


def next_step() -> Any:
    return timezone.now() + timedelta(milliseconds=board.value("paystack.refund_step_ms"))


def advance_due() -> None:
    due = Refund.objects.filter(next_step_at__lte=timezone.now())
    for pk in list(due.values_list("pk", flat=True)):
        with writing():
            refund = due.select_related("transaction__customer").filter(pk=pk).first()
            if refund is None:
                continue
            if refund.outcome == "pending" or refund.status not in ON_THE_WAY:
                refund.next_step_at = None
                refund.save(update_fields=["next_step_at"])
            elif refund.status == "pending":
                change(refund, "processing")
            else:
                change(refund, refund.outcome)


def change(refund: Refund, status: str) -> None:
    """One step of a refund, with what it does to the transaction and the webhook that tells of it."""
    refund.status = status
    refund.updated_at = timezone.now()
    refund.next_step_at = next_step() if status in ON_THE_WAY else None
    if status == "processed":
        refund.refunded_at = refund.updated_at
        refund.refund_reference = code("TRF_")
    refund.save()
    paid = refund.transaction
    still_open = paid.refunds.filter(status__in=OPEN).exists()
    processed = paid.refunds.filter(status="processed").aggregate(total=Sum("amount"))["total"] or 0
    if still_open:
        paid.status = "reversal-pending"
    else:
        paid.status = "reversed" if processed >= paid.amount else "success"
    paid.save(update_fields=["status"])
    events.refund_changed(refund)


@api("fetch_refund")
def fetch(request: Call, identifier: str) -> HttpResponse:
    refund = find(identifier)
    return ok("Refund retrieved", shapes.refund_fetched(refund))


@api("list_refunds")
def list_refunds(request: Call) -> HttpResponse:
    found = Refund.objects.select_related("transaction__customer")
    if wanted := request.GET.get("transaction"):
        # By reference nothing is found, and no error says so.
        numeric = wanted.isascii() and wanted.isdigit()
        found = found.filter(transaction=shapes.internal_id(int(wanted[:18]))) if numeric else found.none()
    if currency := request.GET.get("currency"):
        found = found.filter(currency=currency)
    per_page, page = paged(request)
    total = found.count()
    meta = {
        "total": total,
        "skipped": (page - 1) * per_page,
        "perPage": str(per_page),
        "page": page,
        "pageCount": math.ceil(total / per_page),
        "failedRefundCount": found.filter(status="failed").count(),
    }
    rows = found.order_by("-pk")[meta["skipped"] : meta["skipped"] + per_page]  # type: ignore[operator]
    return ok("Refunds retrieved", [shapes.refund_fetched(row) for row in rows], meta)


@api("refund")
def retry(request: Call, identifier: str) -> HttpResponse:
    """With the customer's own bank account, for a refund that could not find its way back."""
    details = request.params.get("refund_account_details")
    if not isinstance(details, dict) or not {"currency", "account_number", "bank_id"} <= details.keys():
        raise missing("Refund account details are required")
    with writing():
        refund = find(identifier)
        if refund.status != "needs-attention":
            message = 'Invalid Refund state, refund status should be "needs-attention"'
            raise refused(422, message, "invalid_params")
        refund.outcome = "processed"
        change(refund, "processing")
    return ok("Refund retried and has been queued for processing", shapes.refund_fetched(refund))


def find(identifier: str) -> Refund:
    if not (identifier.isascii() and identifier.isdigit()):
        raise refused(400, "Refund ID should be numeric.", "invalid_params")
    pk = shapes.internal_refund_id(int(identifier[:18]))
    refund = Refund.objects.select_related("transaction__customer").filter(pk=pk).first()
    if refund is None:
        raise refused(404, "Refund not found", "refund_not_found")
    return refund

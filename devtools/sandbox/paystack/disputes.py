"""A payer's bank asks for the money back. Only the webhooks and what they do to the transaction."""

from datetime import timedelta

from django.utils import timezone

from devtools.sandbox.models import Dispute, Transaction, iso
from devtools.sandbox.paystack import events

ANSWER_WITHIN = timedelta(hours=16)
LOST = ("merchant-accepted", "auto-accepted")
RESOLUTIONS = (*LOST, "declined")


class Impossible(Exception):
    """The event does not fit the state of the dispute."""


def play(transaction: Transaction, event: str, resolution: str | None = None) -> Dispute:
    """Inside ``writing()``: one step of a dispute, told by its webhook."""
    case = transaction.disputes.filter(resolved_at=None).first()
    match event:
        case "create" if transaction.is_paid and case is None:
            now = timezone.now()
            case = Dispute(transaction=transaction, refund_amount=transaction.amount, due_at=now + ANSWER_WITHIN)
        case "remind" if case is not None:
            pass
        case "resolve" if case is not None and resolution in RESOLUTIONS:
            resolve(case, resolution)
        case _:
            raise Impossible(
                "create needs a paid transaction without an open dispute; remind and resolve an open one; resolve a "
                f"resolution of {', '.join(RESOLUTIONS)}"
            )
    case.updated_at = timezone.now()
    case.history = [*case.history, {"status": case.status, "by": "bank@sandbox", "createdAt": iso(case.updated_at)}]
    case.save()
    events.dispute_changed(case, f"charge.dispute.{event}")
    return case


def resolve(case: Dispute, resolution: str) -> None:
    case.status = "resolved"
    case.resolution = resolution
    case.resolved_at = timezone.now()
    if resolution in LOST:
        case.transaction.status = "reversed"
        case.transaction.save(update_fields=["status"])

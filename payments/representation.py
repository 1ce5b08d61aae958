"""What a customer is told of money that came or goes back, on pages and by the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.money import Money
from orders.documents import MoneyBack
from orders.emails import as_sentence
from orders.models import Order, OrderLine
from payments.models import Dispute, Payment, Refund


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """`state` is started or done: what happens in between is for the shop to worry about."""

    amount: Money
    state: str
    told: str
    reason: str
    created_at: datetime
    finished_at: datetime | None

    def json(self) -> dict[str, Any]:
        return {
            "amount": self.amount.json(),
            "state": self.state,
            "reason": self.reason,
            "created_at": self.created_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }


def last_try_of(order: Order) -> Payment | None:
    """The newest attempt that brought no money yet, about which Paystack can be asked."""
    return order.payments.filter(quote=None).exclude(state=Payment.State.CAPTURED).first()


def looked_at_of(order: Order) -> Payment | None:
    """Money that was not as asked, while staff have not decided about it."""
    differs = order.payments.filter(outcome=Payment.Outcome.MISMATCH, review_closed_at__isnull=True)
    return next((payment for payment in differs if not payment.refunds.exists()), None)


def refunds_of(order: Order) -> list[ShownRefund]:
    """Those that the customer waits for or has, oldest first."""
    rows = Refund.objects.filter(payment__order=order, resolved_at__isnull=True).order_by("pk")
    return [_shown(refund) for refund in rows]


def money_back_of(order: Order) -> list[MoneyBack]:
    """What stands under its invoice: refunds and what a bank took back, of the money that paid its items."""
    ours = {"payment__order": order, "payment__outcome": Payment.Outcome.APPLIED, "payment__quote": None}
    refunds = Refund.objects.filter(**ours).exclude(state=Refund.State.FAILED).prefetch_related("lines__order_line")
    lost = Dispute.objects.filter(**ours, state=Dispute.State.LOST)
    rows = [
        MoneyBack(
            "Refunded" if refund.state in Refund.GIVEN_BACK else "Refund under way since",
            refund.finished_at or refund.created_at,
            _about(refund),
            refund.amount,
        )
        for refund in refunds
    ]
    rows += [
        MoneyBack("Taken back", dispute.closed_at or dispute.opened_at, "By the bank of the payer.", dispute.amount)
        for dispute in lost
    ]
    return sorted(rows, key=lambda row: row.date)


def _about(refund: Refund) -> str:
    pieces = [f"{line.quantity} × {_named(line.order_line)}" for line in refund.lines.all()]
    pieces += ["Delivery"] if refund.delivery_subunit else []
    return ": ".join(filter(None, [refund.reason.rstrip("."), "; ".join(pieces)]))


def _named(line: OrderLine) -> str:
    return ", ".join(filter(None, [line.name, line.colour, line.sent_size]))


def _shown(refund: Refund) -> ShownRefund:
    is_done = refund.state in Refund.GIVEN_BACK
    return ShownRefund(
        amount=refund.amount,
        state="done" if is_done else "started",
        told="Sent back" if is_done else "On its way back",
        reason=as_sentence(refund.reason),
        created_at=refund.created_at,
        finished_at=refund.finished_at if is_done else None,
    )

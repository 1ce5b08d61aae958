"""What a customer is told of money that came or goes back, on pages and by the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.money import Money
from orders.models import Order
from payments.models import Payment, Refund


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


def _shown(refund: Refund) -> ShownRefund:
    is_done = refund.state in Refund.GIVEN_BACK
    return ShownRefund(
        amount=refund.amount,
        state="done" if is_done else "started",
        told="Sent back" if is_done else "On its way back",
        reason=refund.reason,
        created_at=refund.created_at,
        finished_at=refund.finished_at if is_done else None,
    )

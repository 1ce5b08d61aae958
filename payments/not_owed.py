"""A refund that was not given, of money that is not to go back after all: staff say so, and the customer reads why."""

from django.db.models.functions import Coalesce, Now

from core.errors import Conflict, ShopError
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from orders.events import Actor
from payments import for_nothing, refunds
from payments.models import Payment, Refund
from payments.refund_sending import facts_of
from payments.standing import OF_WHAT_IS_NOT_THEIRS, count_kept, follow

State = Refund.State
NOTE_MAX = 200


@in_transaction
def let_go(refund_id: int, actor: Actor, note: str) -> Refund:
    """Nothing is owed by it any more; harmless twice. Locks payment, then refund, then order.

    Of one that failed, or that staff were to give themselves. Raises ShopError without a reason, Conflict for any other
    refund, for one that another followed, for money that fulfilled nothing, or whose order has ended, and for the money
    of pieces that the customer does not have: taken out of the order, kept here as its rest, or sent back.
    """
    note = note.strip()[:NOTE_MAX]
    if not note:
        raise ShopError("Write why it is not given. The customer reads it in the mail.", field="note")
    refund = refunds.lock(refund_id)
    order = lifecycle.lock(refund.payment.order_id)
    if order.events.filter(kind="refund-let-go", key=str(refund.pk)).exists():
        return refund
    if not may_be_let_go(refund):
        raise Conflict(
            "Only a refund that failed, or that you were to give yourself, is let go, and only while nothing followed "
            "it. Look at its state.",
            code="refund_not_failed",
        )
    if order.has_ended or refund.payment.outcome != Payment.Outcome.APPLIED:
        raise Conflict(
            f"This money paid for nothing of order {order.number} that still goes on, so it has to go back. Try again, "
            "or give it by hand.",
            code="refund_owed",
        )
    if Refund.objects.filter(OF_WHAT_IS_NOT_THEIRS, pk=refund.pk).exists():
        raise Conflict(
            "The pieces of this refund were taken out of the order or came back, so their money has to go back. Try "
            "again, or give it by hand.",
            code="refund_owed",
        )
    Refund.objects.filter(pk=refund.pk).update(
        state=State.FAILED, finished_at=Coalesce("finished_at", Now()), resolved_at=Now()
    )
    refund.refresh_from_db()
    if for_nothing.is_rest_paid(order):
        raise Conflict(
            f"The rest of order {order.number} was kept here because its money goes back, so it has to. Try again, or "
            "give it by hand.",
            code="refund_owed",
        )
    data = {"amount": refund.amount.display, "note": note}
    events.record(order, "refund-let-go", actor, key=str(refund.pk), data=data)
    emails.write("refund-let-go", order, part=f"refund/{refund.pk}", refund=facts_of(refund), note=note)
    follow(order)
    count_kept(order)
    return refund


def may_be_let_go(refund: Refund) -> bool:
    """By its own state; its order may forbid it."""
    is_with_staff = refund.in_flight and not refund.payment.through_paystack
    return is_with_staff or (refund.state == State.FAILED and refund.resolved_at is None)

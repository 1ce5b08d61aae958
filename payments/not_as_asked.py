"""Money that is not what was asked for, or that Paystack took back before the shop heard of it.

It pays nothing, and its payer and the staff are told."""

from django.db.models import Case, When
from django.db.models.functions import Now

from core.money import Money
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from orders.models import Order
from payments import paystack
from payments.models import Payment
from payments.paystack import Transaction

REVERSED, GOING_BACK = "reversed", "reversal-pending"


def difference(payment: Payment, found: Transaction) -> str:
    """Why this is not the money that was asked for; empty when it is. `payment` is as it was before it was captured.

    Money that Paystack was giving back and calls paid now is looked at: of a refund that failed all of it is here, of
    one of a part not, and whoever asked for it wanted it back.

    Where the customer bears Paystack's fee, `amount` has it on top, and `requested_amount` is what we asked for. More
    than the fee on top is too much.
    """
    if found.domain != paystack.mode():
        return f"Paid in Paystack's {found.domain or 'unknown'} mode, while the shop runs in {paystack.mode()} mode."
    if payment.state != Payment.State.CAPTURED and payment.provider_status in (REVERSED, GOING_BACK):
        return (
            "Paystack was giving this money back and calls it paid now. Look in its dashboard how much of it is here."
        )
    more = found.amount - payment.amount_subunit
    is_fee_on_top = found.requested_amount == payment.amount_subunit and 0 < more <= (found.fees or 0)
    if found.currency != payment.currency or (more and not is_fee_on_top):
        return f"Asked for {payment.amount}, got {Money(found.amount, found.currency)}."
    return ""


def tell(payment: Payment, order: Order, why: str) -> None:
    """Writes it into the order's timeline and the mails, once. Payment and order are locked, the money recorded."""
    came = Money(payment.captured_subunit or 0, payment.captured_currency)
    facts = {"came": came, "due": payment.amount, "is_another": came != payment.amount, "why": why}
    part = f"payment/{payment.reference}"
    events.record(order, "payment-mismatch", events.PAYSTACK, key=payment.reference, data={"why": why})
    emails.write("payment-mismatch", order, part=part, payment=facts)
    emails.tell_staff("staff-payment-mismatch", order, part=part, payment=facts, reference=payment.reference)


@in_transaction
def sent_back(payment_id: int, found: Transaction) -> Payment:
    """Paystack calls an attempt reversed that the shop never saw paid: the money is on its way back. Harmless twice."""
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if payment.state == Payment.State.CAPTURED:
        return payment
    order = lifecycle.lock(payment.order_id)
    Payment.objects.filter(pk=payment.pk).update(
        state=Payment.State.FAILED,
        provider_status=REVERSED,
        failure_reason="Paystack sent this payment back before the shop heard of it.",
        review_closed_at=Case(When(review_opened_at__isnull=False, then=Now()), default=None),
        checked_at=Now(),
    )
    came = Money(found.amount, found.currency)
    part = f"payment/{payment.reference}"
    events.record(order, "payment-reversed", events.PAYSTACK, key=payment.reference, data={"amount": came.display})
    emails.write("payment-reversed", order, part=part, payment={"came": came})
    emails.tell_staff("staff-payment-reversed", order, part=part, payment={"came": came}, reference=payment.reference)
    payment.refresh_from_db()
    return payment

"""A bank transfer that Paystack sent back, mostly for another amount: no money came, and its payer is told."""

from core.money import Money
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from payments.models import Payment


@in_transaction
def note(payment_id: int, sent: Money, key: str) -> None:
    """Writes it into the order's timeline and a mail, once for `key`; not where the payment came after all."""
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if payment.state == Payment.State.CAPTURED:
        return
    order = lifecycle.lock(payment.order_id)
    data = {"sent": sent.display, "due": payment.amount.display}
    events.record(order, "transfer-rejected", events.PAYSTACK, key=key[:60], data=data)
    facts = {"sent": sent, "due": payment.amount, "is_another": sent != payment.amount}
    emails.write("transfer-rejected", order, part=f"transfer/{key}", transfer=facts)

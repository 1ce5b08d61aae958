"""Payments of which Paystack says neither that they are paid nor that they wait: staff look at them, and nothing is
fulfilled.

Either it uses a word that the shop does not know, or the money was there and is on its way back before the shop heard
of it. Money may be in both, so neither is ever called never paid.
"""

import structlog
from django.utils import timezone

from core.errors import Conflict, ShopError
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from orders.events import Actor
from orders.models import Order
from payments.models import Payment
from payments.not_as_asked import GOING_BACK
from payments.paystack import Transaction

State = Payment.State
WORD_MAX = 30
ON_ITS_WAY_BACK = "Paystack took this payment, and it is on its way back, all of it or a part. It pays nothing."
UNKNOWN = (
    "Paystack says {word!r} of this payment, a word that the shop does not know. Look in Paystack's dashboard whether "
    "the money is there."
)

log = structlog.get_logger(__name__)


@in_transaction
def note(payment_id: int, found: Transaction) -> Payment:
    """Writes down what Paystack says and opens a review, each of which staff are told of. Harmless twice, and for the
    same word once: what staff looked at does not come back, unless Paystack took it back between. Locks payment, then
    order.

    With an unknown word it stays with the customer, who may be paying. On its way back it has failed: its page cannot
    be paid again.
    """
    payment = _lock(payment_id)
    if payment.state == State.CAPTURED:
        return payment
    word, is_going_back = found.status[:WORD_MAX], found.status == GOING_BACK
    if not is_going_back:
        log.warning("payment_status_unknown", reference=payment.reference, status=word)
    payment.checked_at = timezone.now()
    if payment.provider_status != word or payment.review_opened_at is None:
        order = lifecycle.lock(payment.order_id)
        why = ON_ITS_WAY_BACK if is_going_back else UNKNOWN.format(word=word)
        payment.provider_status = word
        payment.state = State.FAILED if is_going_back else State.PENDING
        payment.failure_reason = "It is on its way back to you" if is_going_back else ""
        payment.review_reason, payment.review_closed_at = why, None
        payment.review_opened_at = timezone.now()
        _tell(payment, order, "payment-going-back" if is_going_back else "payment-unclear", why)
    payment.save()
    return payment


def _tell(payment: Payment, order: Order, kind: str, why: str) -> None:
    review = _review_of(payment)
    events.record(order, kind, events.PAYSTACK, key=review, data={"why": why})
    facts = {"asked": payment.amount, "why": why}
    part = f"{kind}/{review}"
    emails.tell_staff("staff-payment-unclear", order, part=part, payment=facts, reference=payment.reference)


def _review_of(payment: Payment) -> str:
    """Which one: a payment may have several, one after the other."""
    return f"{payment.pk}/{payment.review_opened_at:%Y%m%d%H%M%S%f}"


def keep_pieces(order: Order) -> bool:
    """Renews a hold that has ended, as often as holds may be, while such a word stands: the order may be paid. Returns
    whether it did; then the order ends all the same, and the payment stays in review. Locks the order."""
    unclear = order.payments.filter(state=State.PENDING, quote=None, review_opened_at__isnull=False)
    if not unclear.filter(review_closed_at=None).exists():
        return False
    try:
        lifecycle.extend_hold(order.pk, events.SYSTEM)
    except lifecycle.NotAllowed:
        return False
    return True


@in_transaction
def looked_at(payment_id: int, note_of_staff: str, actor: Actor) -> None:
    """Staff found that no money of it is here. Should Paystack call it paid one day, that wins. Locks payment, order.

    Raises ShopError without a note, Conflict where it is captured or waits for nobody.
    """
    if not note_of_staff.strip():
        raise ShopError("Write what it was.", field="note")
    payment = _lock(payment_id)
    if payment.state == State.CAPTURED or not payment.in_review:
        raise Conflict("This payment does not wait for anybody. Look at its state.", code="not_unclear")
    order = lifecycle.lock(payment.order_id)
    payment.state = State.FAILED
    payment.failure_reason = payment.failure_reason or "No money came"
    payment.review_closed_at = timezone.now()
    payment.save()
    data = {"note": note_of_staff.strip()[:200]}
    events.record(order, "payment-looked-at", actor, key=_review_of(payment), data=data)


def _lock(payment_id: int) -> Payment:
    return Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)

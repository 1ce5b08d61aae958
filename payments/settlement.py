"""The one door from money to order. Return page, webhook, sweep and staff all come through `settle`."""

from datetime import timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.models import Case, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from catalog.stock import OutOfStock
from core.errors import NotFound
from core.http import ProviderUnavailable
from core.transactions import in_transaction
from orders import delivery_quotes, events, lifecycle
from orders.models import Order
from payments import late_money, not_as_asked, paystack, refunds, unclear
from payments.models import Payment
from payments.paystack import Transaction, UnknownReference
from payments.standing import follow, is_going_back

State = Payment.State
Outcome = Payment.Outcome

# What Paystack calls a transaction; any other word, also one that it will invent, is unclear.
PAID, FAILED = "success", "failed"
WAITING = ("abandoned", "ongoing", "pending", "processing", "queued")
LOOK_AGAIN_AFTER = timedelta(seconds=3)

log = structlog.get_logger(__name__)


def settle(reference: str) -> Payment:
    """Asks Paystack about one of our attempts and makes the shop agree with the answer; harmless any number of times.

    Raises NotFound for a reference that is not ours, ProviderUnavailable when Paystack gives no answer; nothing has
    been changed then.
    """
    payment = Payment.objects.filter(reference=reference).first() if "\0" not in reference else None
    if payment is None:
        raise NotFound("The shop knows no payment with this reference.", field="reference")
    if _is_done(payment):
        return payment
    try:
        found = paystack.verify(payment.reference)
    except UnknownReference:
        return _never_opened(payment)
    if found.reference != payment.reference:
        raise ProviderUnavailable(f"Paystack was asked about {payment.reference} and answered about another payment")
    if found.status == PAID:
        return record_money(payment.pk, found)
    if found.status == not_as_asked.REVERSED:
        return not_as_asked.sent_back(payment.pk, found)
    if found.status == FAILED or found.status in WAITING:
        return _record_progress(payment, found)
    return unclear.note(payment.pk, found)


def look_again(reference: str) -> Payment:
    """`settle` for a page that anybody may load as often as they like: Paystack is asked once in three seconds."""
    found = Payment.objects.filter(reference=reference) if "\0" not in reference else Payment.objects.none()
    long_ago = Q(checked_at__isnull=True) | Q(checked_at__lt=Now() - LOOK_AGAIN_AFTER)
    is_our_turn = found.exclude(state=State.CAPTURED).filter(long_ago).update(checked_at=Now())
    known = None if is_our_turn else found.first()
    return known or settle(reference)


@in_transaction
def record_money(payment_id: int, found: Transaction) -> Payment:
    """What Paystack says it took, for whoever has its word already. Harmless twice.

    Locks payment, then order, then stock. The money is written first, and a failure to fulfil never undoes it.
    """
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if _is_done(payment) or (payment.state == State.CAPTURED and is_going_back(payment)):
        return payment
    difference = not_as_asked.difference(payment, found)
    payment.state = State.CAPTURED
    payment.captured_subunit = found.amount
    payment.captured_currency = found.currency
    payment.provider_status = found.status
    payment.provider_transaction_id = found.id
    payment.domain = found.domain[:10]
    payment.channel = found.channel[:30]
    payment.fees_subunit = found.fees
    payment.paid_at = found.paid_at or timezone.now()
    payment.checked_at = timezone.now()
    payment.failure_reason = ""
    order = lifecycle.lock(payment.order_id)
    payment.outcome, payment.review_reason = _fulfil(payment, order, difference)
    if payment.review_reason:
        payment.review_opened_at, payment.review_closed_at = timezone.now(), None
    elif payment.review_opened_at:
        payment.review_closed_at = timezone.now()
    payment.save()
    if payment.outcome == Outcome.APPLIED and payment.quote_id is not None:
        follow(order)  # more of its money is here than before, of which some may have gone back
    elif payment.outcome == Outcome.DUPLICATE:
        refunds.give_back_superfluous(payment, order)
    elif payment.outcome == Outcome.REPLACED:
        refunds.give_back_replaced(payment, order)
    elif payment.outcome == Outcome.LATE:
        late_money.decide(payment, order)
    return payment


def _is_done(payment: Payment) -> bool:
    """The money is here and did what it could. Without an outcome it is to be tried again."""
    return payment.state == State.CAPTURED and payment.outcome != Outcome.NONE


def _fulfil(payment: Payment, order: Order, difference: str) -> tuple[str, str]:
    """What the money did for the order, and why it needs a look where it did nothing."""
    if difference:
        not_as_asked.tell(payment, order, difference)
        return Outcome.MISMATCH, difference
    try:
        with transaction.atomic():
            _pay_for(payment, order)
    except delivery_quotes.Superseded as newer:
        return Outcome.REPLACED, f"{newer.message} This payment is given back by itself."
    except lifecycle.AlreadyPaid:
        events.record(order, "superfluous-payment", events.PAYSTACK, key=payment.reference)
        return Outcome.DUPLICATE, f"{refunds.why_superfluous(payment, order)} This payment is given back by itself."
    except OutOfStock as gone:
        lifecycle.owe_refund(order, events.PAYSTACK, payment.reference)
        return Outcome.LATE, f"Paid after the hold ended: {gone.message}"[:300]
    except OperationalError:
        raise  # a lock that was not to be had: the whole is tried again
    except Exception as error:  # whatever is wrong with the order, its money is not forgotten
        log.exception("paid_but_not_fulfilled", reference=payment.reference)
        return (
            Outcome.NONE,
            f"Paid, but order {order.number} could not go on ({type(error).__name__}). Ask Paystack again.",
        )
    return Outcome.APPLIED, ""


def _pay_for(payment: Payment, order: Order) -> None:
    if payment.quote_id is None:
        lifecycle.mark_paid(order, events.PAYSTACK)
    else:
        delivery_quotes.mark_paid(payment.quote_id, order, events.PAYSTACK)


def _record_progress(payment: Payment, found: Transaction) -> Payment:
    """Not paid, or not yet: nothing is unclear about it any more. A later success still wins over a failure: the page
    lets the customer try again."""
    is_failed = found.status == FAILED
    may_be_told = is_failed and payment.order.erased_at is None
    Payment.objects.filter(pk=payment.pk).exclude(state=State.CAPTURED).update(
        state=State.FAILED if is_failed else State.PENDING,
        provider_status=found.status[:30],
        failure_reason=found.message[:200] if may_be_told else "",
        review_closed_at=Case(When(review_opened_at__isnull=False, then=Now()), default=None),
        checked_at=Now(),
    )
    payment.refresh_from_db()
    return payment


def _never_opened(payment: Payment) -> Payment:
    Payment.objects.filter(pk=payment.pk, state__in=[State.CREATED, State.PENDING]).update(
        state=State.FAILED, failure_reason="Paystack does not know this attempt.", checked_at=Now()
    )
    payment.refresh_from_db()
    return payment

"""A refund's way through Paystack: asked for once, looked up whenever nobody knows, followed until it is done.

No call is made inside a transaction. Webhooks, sweeps and staff all come through `go_on`: Paystack is asked, and what
it answers is recorded.
"""

from datetime import timedelta

import structlog
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.http import ProviderRefused, ProviderUnavailable
from core.transactions import in_transaction
from orders import emails, events, lifecycle
from payments import paystack
from payments.models import Payment, Refund
from payments.paystack import RefundAnswer
from payments.standing import count_kept, follow, is_disputed, remaining, settle_review

State = Refund.State
# Longer than any call may take: after that whoever claimed it is dead, and the outcome of its call unknown.
LEASE = timedelta(minutes=2)
ASK_EVERY = timedelta(minutes=10)
# What may follow what. Webhooks and answers overtake each other, so a word of the past changes nothing.
RANK = {State.REQUESTED: 0, State.PENDING: 1, State.PROCESSING: 2, State.NEEDS_ATTENTION: 2}
TAKEN_BY_BANK = "A bank took the money back meanwhile, so that there is not as much left to give."
BY_HAND_ONLY = "It was not paid through Paystack. Give the money back by hand."

log = structlog.get_logger(__name__)


def go_on(refund_id: int) -> Refund:
    """Takes a refund one step further, if nobody else is at it. Harmless any number of times.

    Raises ProviderUnavailable where Paystack gives no answer; what it may have done is looked up next time.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state in Refund.GIVEN_BACK:
        return refund
    if not refund.payment.through_paystack:
        return _record(refund.pk, State.NEEDS_ATTENTION, problem=BY_HAND_ONLY)
    if refund.state != State.REQUESTED:
        return _ask(refund)
    if not refund.attempts:
        if is_disputed([refund.payment]):
            return refund  # both together could give the money back twice, so the bank decides first
        if remaining(refund.payment) < 0:
            return _record(refund.pk, State.FAILED, problem=TAKEN_BY_BANK)
    return _send(refund) if _claim(refund) else refund


def due(limit: int = 100) -> list[int]:
    """Ids of refunds that nobody is at: never sent, sent by somebody who died, or not asked about for a while."""
    unsent = Q(state=State.REQUESTED) & (Q(sent_at__isnull=True) | Q(sent_at__lt=Now() - LEASE))
    under_way = Q(state__in=[State.PENDING, State.PROCESSING, State.NEEDS_ATTENTION]) & (
        Q(checked_at__isnull=True) | Q(checked_at__lt=Now() - ASK_EVERY)
    )
    at_paystack = Q(payment__provider_transaction_id__isnull=False)
    rows = Refund.objects.filter(unsent | (under_way & at_paystack))
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:limit])


def marker(refund: Refund) -> str:
    """Written on the refund at Paystack, so that it is found again whatever was lost."""
    return f"Refund {refund.pk} of payment {refund.payment.reference}"


def _claim(refund: Refund) -> bool:
    """Only one sends at a time. `attempts` stays as it was read: whether it was ever sent before.

    A copy that was read before another sent it claims nothing: it would send without looking that up.
    """
    as_read = Refund.objects.filter(pk=refund.pk, state=State.REQUESTED, attempts=refund.attempts)
    free = as_read.filter(Q(sent_at__isnull=True) | Q(sent_at__lt=Now() - LEASE))
    return free.update(sent_at=Now(), attempts=F("attempts") + 1) == 1


def _send(refund: Refund) -> Refund:
    try:
        answer = (_look_up(refund) if refund.attempts else None) or paystack.refund(
            transaction=refund.payment.provider_transaction_id or 0,
            amount=refund.amount_subunit,
            currency=refund.currency,
            customer_note=refund.reason,
            note=marker(refund),
        )
    except ProviderRefused as error:
        return _record(refund.pk, State.FAILED, problem=f"Paystack refused it: {error.message}")
    except ProviderUnavailable as error:
        Refund.objects.filter(pk=refund.pk).update(problem=f"No answer: {error.message}"[:300])
        raise
    return _record(refund.pk, answer.status, answer)


def _ask(refund: Refund) -> Refund:
    """How a refund stands that Paystack has. A failed one too: on its dashboard it can still be made good.

    That it was asked about is noted before: without an answer it has to wait for its next turn, as those behind it do.
    """
    Refund.objects.filter(pk=refund.pk).update(checked_at=Now())
    answer = paystack.find_refund(refund.provider_refund_id) if refund.provider_refund_id else _look_up(refund)
    return _record(refund.pk, answer.status, answer) if answer else refund


def _look_up(refund: Refund) -> RefundAnswer | None:
    """Whether Paystack has it although its answer was lost."""
    found = paystack.refunds_of(refund.payment.provider_transaction_id or 0)
    return next((answer for answer in found if answer.note == marker(refund)), None)


@in_transaction
def _record(refund_id: int, status: str, answer: RefundAnswer | None = None, *, problem: str = "") -> Refund:
    """Writes down how a refund stands, and what follows for payment, order and customer. Locks all three."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    order = lifecycle.lock(payment.order_id)
    refund = Refund.objects.select_for_update(of=("self",), no_key=True).get(pk=refund_id)
    refund.payment = payment
    refund.checked_at = timezone.now()
    if answer and refund.provider_refund_id is None:
        refund.provider_refund_id = answer.id
    if status not in State.values:
        log.error("refund_status_unknown", refund=refund_id, status=status)
    elif _follows(refund.state, status):
        refund.state = status
        refund.problem = problem[:300]
        if not refund.in_flight:
            refund.finished_at = timezone.now()
            refund.resolved_at = timezone.now() if _is_owed_no_more(refund) else None
        _tell(refund, order)
    refund.save()
    settle_review(payment)
    follow(order)
    count_kept(order)
    return refund


def _is_owed_no_more(refund: Refund) -> bool:
    """It failed, and all that it was for is back already. It is not written down as failed yet."""
    return refund.state == State.FAILED and remaining(refund.payment) + refund.amount_subunit <= 0


def _follows(before: str, after: str) -> bool:
    if before in Refund.GIVEN_BACK or before == after:
        return False
    if before == State.FAILED:
        return after == State.PROCESSED
    return after not in RANK or RANK[State(after)] >= RANK[State(before)]


def _tell(refund: Refund, order: lifecycle.Order) -> None:
    data = {"amount": refund.amount.display, "problem": refund.problem}
    if refund.state in Refund.GIVEN_BACK:
        events.record(order, "refunded", events.PAYSTACK, key=str(refund.pk), data=data)
        emails.write("refund-done", order, part=f"refund/{refund.pk}", refund=facts_of(refund))
    elif refund.state in (State.FAILED, State.NEEDS_ATTENTION):
        events.record(order, f"refund-{refund.state}", events.PAYSTACK, key=str(refund.pk), data=data)


def facts_of(refund: Refund) -> dict[str, object]:
    """What its mails may say of it. What was not paid through Paystack, or it could not send, goes back by hand."""
    by_hand = not refund.payment.through_paystack or refund.state == State.BY_HAND
    return {"amount": refund.amount, "reason": emails.as_sentence(refund.reason), "by_hand": by_hand}


def waiting(refunds: "QuerySet[Refund]") -> "QuerySet[Refund]":
    """What somebody of the shop must look after."""
    return refunds.filter(Q(state=State.NEEDS_ATTENTION) | Q(state=State.FAILED, resolved_at__isnull=True))

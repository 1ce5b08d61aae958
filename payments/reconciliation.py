"""Making sure that nothing is forgotten: attempts nobody told us about, and orders nobody paid.

Both ask Paystack, each for so long at most: what is left has its turn a minute later. A silent Paystack keeps no order
on hold that nobody has tried to pay.
"""

from datetime import timedelta

import structlog
from django.db.models import Case, DurationField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from core.http import ProviderError
from core.limited_time import while_there_is_time
from orders import lifecycle
from orders.models import Order
from payments import unclear
from payments.cancellation import open_references
from payments.models import Payment
from payments.settlement import FAILED, WAITING, settle

# A webhook normally comes within seconds, so a young attempt is asked about soon and an old one rarely.
YOUNG = timedelta(hours=1)
ASK_YOUNG_EVERY = timedelta(minutes=2)
ASK_OLD_EVERY = timedelta(hours=1)
# After a failure the same page of Paystack's lets the customer try again, and the webhook about that may get lost.
ASK_FAILED_EVERY = timedelta(minutes=10)
# Paystack repeats its webhooks for 72 hours; after that an attempt that was never paid is over.
OVER_AFTER = timedelta(hours=73)
# Well within the time that a task may take, and before the timetable sends the next.
ASK_FOR_SECONDS = 40.0

log = structlog.get_logger(__name__)


def settle_open_payments(limit: int = 200) -> int:
    """Asks Paystack about open attempts whose turn it is. Returns how many were asked about."""
    open_payments = Payment.objects.filter(
        state__in=[Payment.State.CREATED, Payment.State.PENDING], created_at__lt=Now() - ASK_YOUNG_EVERY
    )
    not_over = Q(created_at__gt=Now() - OVER_AFTER) | Q(review_opened_at__isnull=False, review_closed_at=None)
    references = _due(open_payments, limit)
    references += _due(Payment.objects.filter(not_over, state=Payment.State.FAILED), limit - len(references))
    asked = [_try_to_settle(reference) for reference in while_there_is_time(references, ASK_FOR_SECONDS)]
    _close_what_is_over()
    return len(asked)


def expire_unpaid_orders(limit: int = 1000) -> int:
    """Ends orders past their hold, each after one last question to Paystack. Returns how many ended.

    Those that nobody has tried to pay first: there is nothing to ask. An order about which Paystack gives no answer
    keeps its stock until it does, for selling it would be a guess. So does one whose money is here and could not pay it
    yet, while staff look at it, and for as long as holds may be one of which Paystack says a word that nobody knows.
    """
    looked_at = Payment.objects.filter(order=OuterRef("pk"), state=Payment.State.CAPTURED, outcome="")
    waits = Order.objects.filter(status=Order.Status.PENDING_PAYMENT, pay_on_delivery=False)
    over = waits.filter(~Exists(looked_at.filter(review_closed_at=None)), hold_expires_at__lte=Now())
    tried = Exists(Payment.objects.filter(order=OuterRef("pk")).exclude(state=Payment.State.CAPTURED))
    ended = sum(_expire(order) for order in _oldest(over.exclude(tried), limit))
    to_ask_about = while_there_is_time(_oldest(over.filter(tried), limit), ASK_FOR_SECONDS)
    return ended + sum(_expire(order) for order in to_ask_about)


def _oldest(orders: QuerySet[Order], limit: int) -> list[Order]:
    return list(orders.order_by("hold_expires_at")[:limit])


def _expire(order: Order) -> bool:
    """Whether it ended. One order that cannot end never keeps the stock of the others."""
    if not all(_try_to_settle(reference) for reference in open_references(order)):
        return False
    try:
        return not unclear.keep_pieces(order) and lifecycle.expire(order.pk)
    except Exception:
        log.exception("order_not_expired", order=order.number)
        return False


def _due(payments: QuerySet[Payment], limit: int) -> list[str]:
    """References of those whose turn has come, who has waited for it longest first; never asked about before all."""
    rows = payments.annotate(turn=_turn())
    waiting = rows.filter(Q(turn__isnull=True) | Q(turn__lt=Now()))
    waiting = waiting.order_by(F("turn").asc(nulls_first=True), "created_at")
    return list(waiting.values_list("reference", flat=True)[: max(0, limit)])


def _turn() -> Case:
    """When an attempt is to be asked about next; null for one that never was."""
    without_an_answer = Q(ask_at__isnull=False) & (Q(checked_at__isnull=True) | Q(ask_at__gt=F("checked_at")))
    return Case(When(without_an_answer, then=F("ask_at")), default=F("checked_at") + _pause())


def _pause() -> Case:
    """How long after an answer about an attempt the next question follows."""
    return Case(
        When(created_at__lte=Now() - YOUNG, then=Value(ASK_OLD_EVERY)),
        When(state=Payment.State.FAILED, then=Value(ASK_FAILED_EVERY)),
        default=Value(ASK_YOUNG_EVERY),
        output_field=DurationField(),
    )


def _try_to_settle(reference: str) -> bool:
    """Whether Paystack answered. One attempt that cannot be settled never keeps the others waiting."""
    try:
        settle(reference)
    except ProviderError as error:
        log.warning("payment_not_settled", reference=reference, error=error.message)
        _ask_again_soon(reference)
        return False
    except Exception:  # whatever is wrong with this one, the next is somebody else's money
        log.exception("payment_not_settled", reference=reference)
        return False
    return True


def _ask_again_soon(reference: str) -> None:
    """Behind all who wait now, so that it keeps nobody waiting, but as soon as a young one: nothing was learned."""
    payments = Payment.objects.filter(reference=reference).exclude(state=Payment.State.CAPTURED)
    payments.update(ask_at=Now() + ASK_YOUNG_EVERY)


def _close_what_is_over() -> None:
    """Only what Paystack says is not paid: without an answer, or with one that the shop does not understand, nobody
    knows whether it was."""
    open_payments = Payment.objects.filter(
        state__in=[Payment.State.CREATED, Payment.State.PENDING], created_at__lt=Now() - OVER_AFTER
    )
    not_paid = open_payments.filter(provider_status__in=(*WAITING, FAILED))
    not_paid.update(state=Payment.State.FAILED, failure_reason="Never paid.")

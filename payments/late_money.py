"""Money for an order whose hold had ended and whose pieces are gone: another size, or the money back, by a setting."""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict
from core.transactions import in_transaction
from orders import emails, events, lifecycle, substitutes
from orders.events import Actor
from orders.models import Order
from payments import refunds
from payments.models import Dispute, Payment, Refund

Outcome = Payment.Outcome
OFFER, REFUND = "reserve_or_offer", "reserve_or_refund"
NOT_OPEN = "There is nothing to choose for order {number} any more. Its page shows how it stands."

log = structlog.get_logger(__name__)


def decide(payment: Payment, order: Order) -> None:
    """What follows at once, in the transaction that recorded the money; payment and order are locked."""
    if settings.LATE_MONEY == OFFER and substitutes.can_be_offered(order):
        choose = settings.SITE_URL + reverse("payments:another_size", args=[order.token])
        emails.write("another-size", order, hours=settings.LATE_OFFER_HOURS, choose_url=choose)
    else:
        _give_back(payment, order, events.SYSTEM)


def is_open(order: Order) -> bool:
    """Whether the customer can still choose."""
    return order.paid_at is None and _undecided().filter(order=order).exists()


@in_transaction
def accept(order_id: int, chosen: Mapping[int, str], actor: Actor) -> Order:
    """The customer takes other sizes (line id to SKU), or the same where they are back: the order is paid and goes on.

    Locks the payments, then the order, then the stock. Raises Conflict where there is nothing to choose, ShopError for
    a choice that is none, stock.OutOfStock where somebody was faster; nothing is changed then.
    """
    locked = [payment.pk for payment in _locked(order_id)]
    order = lifecycle.lock(order_id)
    undecided = list(_undecided().filter(pk__in=locked).order_by("pk"))
    if order.paid_at is not None or not undecided:
        raise Conflict(NOT_OPEN.format(number=order.number), code="nothing_to_choose")
    first, *others = undecided
    exchanged = substitutes.take(order, chosen)
    lifecycle.mark_paid(order, actor)
    events.record(order, "another-size", actor, key=first.reference, data=exchanged)
    first.outcome = Outcome.APPLIED
    first.review_closed_at = timezone.now()
    first.save()
    for payment in others:
        payment.outcome = Outcome.DUPLICATE
        payment.save()
        refunds.give_back_superfluous(payment, order)
    return order


@in_transaction
def decline(order_id: int, actor: Actor) -> Order:
    """The customer wants the money instead; harmless twice. Locks the payments, then the order.

    Raises Conflict where there is no such money, as when another size was taken a moment ago.
    """
    payments = _locked(order_id)
    order = lifecycle.lock(order_id)
    if not payments:
        raise Conflict(NOT_OPEN.format(number=order.number), code="nothing_to_choose")
    for payment in payments:
        _give_back(payment, order, actor)
    order.refresh_from_db()
    return order


def give_back_unanswered(limit: int = 100) -> int:
    """Gives back what nobody has decided about in time. Returns how many payments. One that breaks stops no other."""
    given = 0
    for pk in list(_overdue().order_by("pk").values_list("pk", flat=True)[:limit]):
        try:
            given += _give_back_overdue(pk)
        except Exception:
            log.exception("late_money_not_given_back", payment=pk)
    return given


@in_transaction
def _give_back_overdue(payment_id: int) -> bool:
    """Whether it was still undecided: its customer may be choosing in this moment."""
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment_id)
    if not _overdue().filter(pk=payment_id).exists():
        return False
    _give_back(payment, payment.order, events.SYSTEM)
    return True


def _locked(order_id: int) -> list[Payment]:
    """The order's late money, which nobody else decides about any more."""
    late = Payment.objects.filter(order=order_id, outcome=Outcome.LATE).order_by("pk")
    return list(late.select_for_update(of=("self",), no_key=True))


def _overdue() -> QuerySet[Payment]:
    return _undecided().filter(review_opened_at__lt=Now() - timedelta(hours=settings.LATE_OFFER_HOURS))


def _undecided() -> QuerySet[Payment]:
    asked = Refund.objects.filter(payment=OuterRef("pk"))
    disputed = Dispute.objects.filter(payment=OuterRef("pk")).exclude(state=Dispute.State.WON)
    return Payment.objects.filter(
        ~Exists(asked), ~Exists(disputed), outcome=Outcome.LATE, review_closed_at__isnull=True
    )


def _give_back(payment: Payment, order: Order, actor: Actor) -> None:
    refunds.give_back(
        payment.pk,
        reason=f"Order {order.number} was paid when its pieces were gone.",
        key=f"late/{payment.reference}",
        actor=actor,
    )

"""What is said of an order's money, reckoned from its payments and refunds; a rule of the database says the same."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from orders import lifecycle, reservations, return_policy
from orders.models import Order
from payments.models import Dispute, Payment, Refund, RefundLine

Standing = Order.PaymentStatus
# Payments whose money is the order's. A duplicate or a mismatch is looked after by itself.
COUNTED = (Payment.Outcome.APPLIED, Payment.Outcome.LATE)
# Refunds of pieces that were taken out of their order, or came back.
OF_WHAT_IS_NOT_THEIRS = Q(lines__kept=False) | Q(lines__came_back__gt=0)


def follow(order: Order) -> None:
    """Sets the order's payment status to what its rows say. The order is locked by the caller; harmless twice."""
    payments = order.payments.filter(state=Payment.State.CAPTURED, outcome__in=COUNTED)
    if payments:
        lifecycle.set_standing(order, _standing(order, payments))


def count_kept(order: Order) -> None:
    """Writes beside its lines which pieces the customer keeps for nothing, as its refunds say: those that failed say
    nothing, and what stayed here nobody keeps. The order is locked by the caller; harmless twice."""
    kept = RefundLine.objects.filter(order_line__order=order, kept=True).exclude(refund__state=Refund.State.FAILED)
    pieces = kept.order_by().values_list("order_line").annotate(pieces=Sum(F("quantity") - F("came_back")))
    stayed = reservations.stayed_here(order) if pieces else {}
    return_policy.note_kept(order, {line: max(0, count - stayed.get(line, 0)) for line, count in pieces})


def pieces_paid_back(*orders: Order) -> Counter[int]:
    """Of each line (id), for how many pieces the money was asked back before, but for what failed. One query."""
    return _pieces_of(orders, Q(refund__state=Refund.State.FAILED))


def pieces_not_paid_for(*orders: Order) -> Counter[int]:
    """The same, with those whose refund failed and is owed. One query."""
    return _pieces_of(orders, Q(refund__state=Refund.State.FAILED, refund__resolved_at__isnull=False))


def _pieces_of(orders: Iterable[Order], unless: Q) -> Counter[int]:
    rows = RefundLine.objects.filter(~unless, order_line__order__in=orders)
    return Counter(dict(rows.order_by().values_list("order_line").annotate(Sum("quantity"))))


def that_paid_pieces() -> QuerySet[Payment]:
    """Of each order the one payment for its pieces, where there is one."""
    return Payment.objects.filter(outcome=Payment.Outcome.APPLIED, purpose=Payment.Purpose.ITEMS)


def that_paid_the_pieces(order_id: int) -> QuerySet[Payment]:
    """The one payment for an order's pieces, or none where they are not paid yet or cost nothing."""
    return that_paid_pieces().filter(order=order_id)


def given_back(payment: Payment) -> int:
    return _sum(payment.refunds.filter(state__in=Refund.GIVEN_BACK)) + _lost([payment])


def remaining(payment: Payment) -> int:
    """What can still be asked back: captured, less every refund that did not fail and what a bank took back."""
    asked = _sum(payment.refunds.exclude(state=Refund.State.FAILED))
    return (payment.captured_subunit or 0) - asked - _lost([payment])


def is_all_asked_back(order: Order) -> bool:
    """Of all that the order and its delivery cost, whether none is left to ask back."""
    applied = order.payments.filter(outcome=Payment.Outcome.APPLIED)
    return all(left_of_the_price(payment) <= 0 for payment in applied)


def left_of_the_price(payment: Payment) -> int:
    """`remaining`, without what the customer paid for Paystack's fee."""
    return remaining(payment) - _above_the_price(payment)


def is_anything_back(payment: Payment) -> bool:
    """Whether the shop knows why Paystack would call it reversed: a refund, or a dispute."""
    return payment.refunds.exclude(state=Refund.State.FAILED).exists() or payment.disputes.exists()


def settle_review(payment: Payment) -> None:
    """Money that fulfilled nothing is done with once all of it is back with the customer. The payment is locked."""
    if payment.in_review and given_back(payment) >= (payment.captured_subunit or 0):
        payment.review_closed_at = timezone.now()
        payment.save(update_fields=["review_closed_at"])


def of_what_is_not_theirs(order: Order) -> QuerySet[Refund]:
    """Refunds of pieces that its customer does not have: they were taken out, or came back. Where the rest stayed here
    any may be of it."""
    refunds = Refund.objects.filter(payment__order=order)
    return refunds if reservations.stayed_here(order) else refunds.filter(OF_WHAT_IS_NOT_THEIRS)


def is_paid_delivery(payment: Payment) -> bool:
    """Whether it paid the price of a delivery, as its link asked, and some of it is left."""
    is_delivery = payment.purpose == Payment.Purpose.DELIVERY and payment.outcome == Payment.Outcome.APPLIED
    return is_delivery and remaining(payment) > 0


def is_going_back(payment: Payment) -> bool:
    """Whether any of it was asked back, by the shop or by a bank that has not decided for the shop."""
    asked = payment.refunds.exclude(state=Refund.State.FAILED)
    return asked.exists() or payment.disputes.exclude(state=Dispute.State.WON).exists()


def is_disputed(payments: Iterable[Payment]) -> bool:
    """Whether a bank has yet to decide about any of them."""
    return Dispute.objects.filter(payment__in=payments, state=Dispute.State.OPEN).exists()


def _standing(order: Order, payments: QuerySet[Payment]) -> str:
    if is_disputed(payments):
        return Standing.DISPUTED
    refunds = Refund.objects.filter(payment__in=payments)
    failed = Q(state=Refund.State.FAILED, resolved_at__isnull=True)
    if refunds.filter(Q(state__in=Refund.IN_FLIGHT) | failed).exists():
        return Standing.REFUND_DUE
    # Where the customer bears Paystack's fee, giving back all that the order cost is enough.
    taken = sum(min(payment.amount_subunit, payment.captured_subunit or 0) for payment in payments)
    back = _sum(refunds.filter(state__in=Refund.GIVEN_BACK)) + _lost(payments)
    if back >= taken:
        return Standing.REFUNDED
    if order.paid_at is None or order.status == Order.Status.CANCELLED:
        return Standing.REFUND_DUE
    return Standing.PARTLY_REFUNDED if back else Standing.PAID


def _above_the_price(payment: Payment) -> int:
    """Paystack's fee, where the customer bears it."""
    return max(0, (payment.captured_subunit or 0) - payment.amount_subunit)


def _lost(payments: Iterable[Payment]) -> int:
    return _sum(Dispute.objects.filter(payment__in=payments, state=Dispute.State.LOST))


def _sum(rows: QuerySet[Any]) -> int:
    return rows.aggregate(total=Sum("amount_subunit"))["total"] or 0

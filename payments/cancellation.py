"""Cancelling needs both floors: ask whether money is on its way, end the order, give back what it took."""

from collections import Counter

from django.db import transaction

from accounts import tries
from core.http import ProviderUnavailable
from core.transactions import in_transaction
from mailing import outbox
from mailing.render import Rendered, render
from orders import lifecycle, not_arrived
from orders.events import Actor
from orders.models import Order
from orders.transitions import CANCELLED, CANCELLED_PAID
from payments import refunds
from payments.models import Payment, RefundLine
from payments.settlement import settle
from payments.standing import remaining


def cancel(order: Order, actor: Actor, reason: str = "", *, by_staff: bool = False, restock: bool = True) -> Order:
    """Cancels an order; harmless twice. An unpaid one after Paystack was asked, a paid one with all its money back.

    One that is paid at the door is unpaid until then, also while it is packed.

    Customers may until it is packed, staff until it is shipped. Raises lifecycle.NotAllowed after that, also where an
    unpaid order turns out to be paid: whoever cancels then must know it; Conflict while a bank disputes what was paid.
    A Paystack that does not answer stops nobody from cancelling: money that still comes is kept and reviewed. Raises
    tries.TooManyTries for a customer who orders and cancels without end.
    """
    if order.is_payable and not by_staff:
        tries.count_cancelled(order.email, ends_by_itself=not order.pay_on_delivery)
    if order.is_payable or order.is_owed_at_the_door:
        for reference in open_references(order):
            try:
                settle(reference)
            except ProviderUnavailable:
                break  # the next one would only wait as long
        paid_meanwhile = Order.objects.filter(pk=order.pk, paid_at__isnull=False, closed_at__isnull=True)
        if paid_meanwhile.exists():
            raise lifecycle.NotAllowed(
                f"Your payment came: order {order.number} is paid now. Cancel it again, and your money goes back."
            )
    return _end(order, actor, reason, by_staff, restock)


@in_transaction
def preview(order: Order, actor: Actor, reason: str) -> Rendered:
    """The mail that its customer would get if staff cancelled it now. Nothing of it stays, and Paystack is not asked.

    Raises as `cancel` does, and NotAllowed for one that is cancelled already: no further mail goes out for it.
    """
    if order.status == Order.Status.CANCELLED:
        raise lifecycle.NotAllowed(f"Order {order.number} is cancelled already.")
    with transaction.atomic():
        ended = _end(order, actor, reason, by_staff=True, restock=True)
        mail = outbox.latest(f"order/{order.number}", (CANCELLED_PAID if ended.paid_at else CANCELLED).mail)
        transaction.set_rollback(True)  # which lets go of all locks as well: others wait for no template
    return render(mail.kind, mail.facts)


def _end(order: Order, actor: Actor, reason: str, by_staff: bool, restock: bool) -> Order:
    if order.status in CANCELLED_PAID.sources and not order.is_owed_at_the_door:
        return _cancel_paid(order.pk, actor, reason, by_staff, restock)
    return lifecycle.cancel(order.pk, actor, reason, packed_too=by_staff)


@in_transaction
def end_not_arrived(order_id: int, actor: Actor, reason: str, *, restock: bool) -> Order:
    """A paid parcel is lost or came back unopened: its order ends, with what is left of its money back.

    Harmless twice. Locks as cancelling does. Raises lifecycle.NotAllowed as orders.not_arrived does, Conflict while a
    bank disputes what was paid or a refund is under way that is not all.
    """
    payments = _lock_applied(order_id)
    order = not_arrived.end(order_id, actor, reason, restock=restock)
    return _give_back(order, payments, reason or "The parcel did not arrive.", actor)


@in_transaction
def _cancel_paid(order_id: int, actor: Actor, reason: str, by_staff: bool, restock: bool) -> Order:
    """Order, stock and refund change together. Locks the payments, then the order, then the stock."""
    payments = _lock_applied(order_id)
    order = lifecycle.cancel_paid(
        order_id, actor, reason, packed_too=by_staff, restock=restock, back_before=_back_before(order_id)
    )
    return _give_back(order, payments, reason or "The order was cancelled.", actor)


def _lock_applied(order_id: int) -> list[Payment]:
    """Raises Conflict while a bank decides about any of them."""
    applied = Payment.objects.filter(order=order_id, outcome=Payment.Outcome.APPLIED).order_by("pk")
    payments = list(applied.select_for_update(of=("self",), no_key=True))
    refunds.check_undisputed(payments)
    return payments


def _give_back(order: Order, payments: list[Payment], reason: str, actor: Actor) -> Order:
    for payment in payments:
        if remaining(payment) > 0:
            refunds.give_back(
                payment.pk,
                reason=reason,
                key=f"cancel/{order.number}/{payment.pk}",
                actor=actor,
            )
    order.refresh_from_db()
    return order


def _back_before(order_id: int) -> Counter[int]:
    """Pieces that a refund put back on sale already: line id to quantity."""
    rows = RefundLine.objects.filter(order_line__order=order_id, restocked=True)
    back: Counter[int] = Counter()
    for line_id, quantity in rows.values_list("order_line_id", "quantity"):
        back[line_id] += quantity
    return back


def open_references(order: Order) -> list[str]:
    """Every attempt that may still turn out to be paid, failed ones too: a payment page lets people try again."""
    return list(order.payments.exclude(state=Payment.State.CAPTURED).values_list("reference", flat=True))

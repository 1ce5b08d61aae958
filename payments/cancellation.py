"""Cancelling needs both floors: first ask whether money is on its way, then end the order."""

from core.http import ProviderUnavailable
from orders import lifecycle
from orders.events import Actor
from orders.models import Order
from payments.models import Payment
from payments.settlement import settle


def cancel(order: Order, actor: Actor, reason: str = "") -> Order:
    """Cancels an unpaid order, after asking Paystack about its attempts; harmless twice.

    Raises lifecycle.NotAllowed for an order that is paid, also where that only shows now. A Paystack that does not
    answer stops nobody from cancelling: money that still comes is kept and reviewed.
    """
    if order.status == Order.Status.PENDING_PAYMENT:
        for reference in open_references(order):
            try:
                settle(reference)
            except ProviderUnavailable:
                break  # the next one would only wait as long
    return lifecycle.cancel(order.pk, actor, reason)


def open_references(order: Order) -> list[str]:
    """Every attempt that may still turn out to be paid, failed ones too: a payment page lets people try again."""
    return list(order.payments.exclude(state=Payment.State.CAPTURED).values_list("reference", flat=True))

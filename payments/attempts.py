"""An attempt to pay: written first, then opened at Paystack, then handed to the browser."""

import secrets
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse

from core import switches
from core.errors import Conflict, Unavailable
from core.http import ProviderRefused, ProviderUnavailable
from core.transactions import in_transaction
from orders import delivery_quotes, events, lifecycle
from orders.models import DeliveryQuote, Order
from payments import breaker, for_nothing, paystack
from payments.models import Payment

# An attempt this young is opened again rather than doubled: two pages of one attempt cannot both be paid.
REUSE_FOR = timedelta(minutes=20)
# Each attempt is asked about before the order may end, so nobody gets to pile them up.
ATTEMPTS_MAX = 6
ATTEMPTS_WITHIN = timedelta(minutes=10)
NOT_OPENED = (
    "Paystack did not open a payment page. Your order {number} is kept and nothing was charged: please try again in a "
    "minute."
)

log = structlog.get_logger(__name__)


def start(order: Order, quote: DeliveryQuote | None = None) -> Payment:
    """Opens a payment page for an order, or for the price of its delivery; gives back a young open one.

    An order's hold is made to outlive the page.

    The row is committed before Paystack is called, so money can never come for a reference that the shop does not know.
    Raises Conflict where there is nothing to pay, Unavailable where no page could be had; the order stays as it is.
    """
    if switches.is_on(switches.PAYMENTS_PAUSED):
        raise Unavailable("Payments are paused for a moment. Your order is kept: please try again in a few minutes.")
    if breaker.paystack.is_open:  # before anything is written: an attempt that cannot be made is none
        raise Unavailable(NOT_OPENED.format(number=order.number), code="payment_unavailable")
    payment, is_new = _open(order.pk, quote.pk if quote else None)
    if not is_new:
        return payment
    try:
        checkout = paystack.initialize(
            reference=payment.reference,
            email=order.email,
            amount=payment.amount_subunit,
            currency=payment.currency,
            callback_url=settings.SITE_URL + reverse("payments:return"),
            metadata={"order": order.number, "cancel_action": settings.SITE_URL + order.get_absolute_url()},
        )
    except (ProviderRefused, ProviderUnavailable) as error:
        _give_up(payment, error)
        raise Unavailable(NOT_OPENED.format(number=order.number), code="payment_unavailable") from error
    # A sweep that asked before Paystack knew it may have called it failed meanwhile; money that came stands above both.
    Payment.objects.filter(pk=payment.pk).exclude(state=Payment.State.CAPTURED).update(
        state=Payment.State.PENDING, authorization_url=checkout.authorization_url, access_code=checkout.access_code
    )
    payment.refresh_from_db()
    return payment


@in_transaction
def _open(order_id: int, quote_id: int | None) -> tuple[Payment, bool]:
    order = lifecycle.lock(order_id)
    amount = _due(order) if quote_id is None else _due_for_delivery(order, quote_id)
    if quote_id is None:
        _keep_stock_while_paying(order)
    # One that Paystack knows although its answer was lost is pending too, but nobody has the address of its page.
    young = order.payments.filter(
        state=Payment.State.PENDING, created_at__gt=Now() - REUSE_FOR, amount_subunit=amount, quote=quote_id
    ).exclude(authorization_url="")
    if found := young.first():
        return found, False
    if order.payments.filter(created_at__gt=Now() - ATTEMPTS_WITHIN).count() >= ATTEMPTS_MAX:
        raise Unavailable(
            f"Order {order.number} was tried to be paid {ATTEMPTS_MAX} times in a few minutes. It is kept for you: try "
            "again in ten minutes, or write to us.",
            code="too_many_attempts",
        )
    payment = Payment.objects.create(
        order=order,
        reference=f"{order.number}-{secrets.token_hex(16)}",
        purpose=Payment.Purpose.ITEMS if quote_id is None else Payment.Purpose.DELIVERY,
        quote_id=quote_id,
        amount_subunit=amount,
        currency=order.currency,
    )
    events.record(order, "payment-started", events.CUSTOMER, key=payment.reference)
    return payment, True


def _due(order: Order) -> int:
    if order.status != Order.Status.PENDING_PAYMENT:
        raise Conflict(
            f"Order {order.number} is {order.get_status_display().lower()}: there is nothing to pay.",
            code="not_payable",
        )
    return order.total_subunit


def _due_for_delivery(order: Order, quote_id: int) -> int:
    quote = order.delivery_quotes.get(pk=quote_id)
    delivery_quotes.check_holds(quote, order)
    for_nothing.check_delivery(order)
    return quote.amount_subunit


def _keep_stock_while_paying(order: Order) -> None:
    """A transfer may take 30 minutes, so an attempt near the end of the hold renews it, as often as holds may be.

    Also one that has ended already, while nobody has taken the pieces. Raises Conflict where it has ended for good.
    """
    if order.pay_on_delivery:
        return  # kept until staff say otherwise
    held = Order.objects.filter(pk=order.pk)
    may_be_longer = order.hold_extensions < settings.HOLD_EXTENSIONS_MAX
    long_enough = Now() + timedelta(minutes=settings.HOLD_MINUTES_LEFT)
    if may_be_longer and held.filter(hold_expires_at__lt=long_enough).exists():
        lifecycle.extend_hold(order.pk, events.SYSTEM)
    elif not may_be_longer and held.filter(hold_expires_at__lte=Now()).exists():
        raise Conflict(
            f"The time to pay order {order.number} is over, and it was made longer as often as it can be. Put its "
            "pieces in your bag and order anew.",
            code="hold_used_up",
        )


def _give_up(payment: Payment, error: Exception) -> None:
    """No page came, so nobody can pay by this reference; the sweep still asks about it, in case one did."""
    log.warning("payment_not_opened", reference=payment.reference, error=str(error))
    Payment.objects.filter(pk=payment.pk, state=Payment.State.CREATED).update(failure_reason=str(error)[:200])

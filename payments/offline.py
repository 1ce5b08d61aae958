"""Money that staff saw themselves, on the bank's statement or in their hand: recorded, it pays the order as any other.

It is refunded as any other too, only that staff send it and write down how (payments.refunds.given_by_hand).
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Conflict, ShopError
from core.money import Money
from core.transactions import in_transaction
from orders import delivery_quotes, events, lifecycle, offline_methods
from orders.events import Actor
from orders.models import DeliveryQuote, Order
from payments import personal
from payments.models import Payment, Receipt
from payments.standing import follow

REFERENCE_MAX = 80


def due(order: Order) -> tuple[Money, DeliveryQuote | None]:
    """What the order waits for: its items, or the price of its delivery. Raises Conflict where it waits for nothing."""
    if order.paid_at is None:
        lifecycle.check_takes_money(order)
        return order.total, None
    quote = delivery_quotes.waiting(order)
    if quote is None:
        raise Conflict(f"Order {order.number} is paid. There is nothing to record.", code="already_paid")
    return quote.amount, quote


@in_transaction
def record(order_id: int, method: str, reference: str, amount: int, actor: Actor) -> Payment:
    """Pays an order with what staff saw; the same reference for the same order is recorded once.

    Raises ShopError naming the field for another amount than is due or a reference that is missing, Conflict for one
    that paid another order, stock.OutOfStock where an ended hold's pieces are gone. Nothing is recorded then.
    """
    reference = _checked(method, reference)
    order = lifecycle.lock(order_id)
    known = _known(method, reference)
    if known and known.payment.order_id == order.pk:
        return known.payment
    if known:
        raise Conflict(
            f"The reference {reference} paid order {known.payment.order.number}.",
            code="reference_used",
            field="reference",
        )
    price, quote = due(order)
    if amount != price.amount:
        raise ShopError(
            f"Order {order.number} waits for {price}, so a payment of exactly that is recorded. "
            "Send anything else back to its payer.",
            field="amount",
        )
    if quote:
        delivery_quotes.mark_paid(quote.pk, order, actor)
    else:
        lifecycle.mark_paid(order, actor)
    payment = _write(order, method, reference, price, quote, actor)
    if quote:
        follow(order)
    data = {"amount": price.display, "method": method, "reference": reference}
    events.record(order, offline_methods.PAID_OFFLINE, actor, key=payment.reference, data=data)
    return payment


def _known(method: str, reference: str) -> Receipt | None:
    """Also one whose payer was erased, with all of the reference that may name them."""
    as_kept = (reference, personal.forgotten(reference))
    return Receipt.objects.select_related("payment__order").filter(method=method, reference__in=as_kept).first()


def _checked(method: str, reference: str) -> str:
    if method not in Receipt.Method.values or not offline_methods.is_on(method):
        raise ShopError("The shop does not take money this way. It is switched on in OFFLINE_METHODS.", field="method")
    reference = " ".join(reference.split())
    if not reference or len(reference) > REFERENCE_MAX or "\0" in reference:
        raise ShopError(
            f"Write the bank's reference or the number of the slip, up to {REFERENCE_MAX} characters.",
            field="reference",
        )
    return reference


def _write(
    order: Order, method: str, reference: str, price: Money, quote: DeliveryQuote | None, actor: Actor
) -> Payment:
    """The order is locked. Another order's clerk may be as fast with the same reference: the database takes one."""
    purpose = Payment.Purpose.DELIVERY if quote else Payment.Purpose.ITEMS
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                order=order,
                purpose=purpose,
                quote=quote,
                reference=f"{order.number}-{method}-{purpose}",
                amount_subunit=price.amount,
                currency=price.currency,
                state=Payment.State.CAPTURED,
                outcome=Payment.Outcome.APPLIED,
                captured_subunit=price.amount,
                captured_currency=price.currency,
                channel=method,
                paid_at=timezone.now(),
            )
            Receipt.objects.create(payment=payment, method=method, reference=reference, recorded_by=actor.label)
    except IntegrityError as error:
        raise Conflict(
            f"The reference {reference} was recorded for another order just now.",
            code="reference_used",
            field="reference",
        ) from error
    return payment

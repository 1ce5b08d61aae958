"""What an order's customer has to know or do now, in words, for whoever shows the order otherwise than by its page."""

from dataclasses import dataclass

from django.utils.timezone import localtime

from orders import delivery_quotes, offline_methods, progress
from orders.models import Order

Status, PaymentStatus, QuoteStatus = Order.Status, Order.PaymentStatus, Order.QuoteStatus


@dataclass(frozen=True, slots=True)
class Told:
    """`code` is for programs, and stays."""

    code: str
    message: str


def notices_of(order: Order) -> list[Told]:
    """The most pressing first. No query for an unpaid order."""
    if order.is_owed_at_the_door:
        return [Told("pay_on_delivery", f"You pay {order.total} when it is handed to you.")]
    if order.is_payable:
        until = f"{localtime(order.hold_expires_at):%H:%M on %-d %B}"
        return [Told("pay", f"Pay {order.total} by {until} (Lagos time) and the pieces are yours.")]
    if order.status in (Status.CANCELLED, Status.EXPIRED):
        return [_of_an_ended(order)]
    told = []
    if order.quote_status == QuoteStatus.AWAITING:
        told.append(
            Told("delivery_not_priced", "We weigh the parcel when it is packed and send a link to pay for delivery.")
        )
    if quote := delivery_quotes.payable(order):
        and_packed = "" if order.status == Status.PACKED else " and your pieces are packed"
        said = f"Delivery costs {quote.amount}. As soon as it is paid{and_packed}, the parcel leaves."
        told.append(Told("pay_delivery", said))
    elif quote := delivery_quotes.ended(order):
        day = delivery_quotes.last_day(quote)
        told.append(
            Told(
                "delivery_price_ended",
                f"The courier’s price held until {day}. We ask again and write with the new one.",
            )
        )
    if progress.is_late(order):
        told.append(Told("late", "It is later than we said. Write to us if it does not come in the next days."))
    return told


def _of_an_ended(order: Order) -> Told:
    how = "to you" if offline_methods.was_used(order) else "the way you paid"
    if order.payment_status == PaymentStatus.REFUNDED:
        return Told("money_back", f"Your money was given back {how}.")
    if order.paid_at is not None and order.cost_something:
        return Told("money_back", f"Your money goes back {how}. We write to {order.email} at each step.")
    if order.payment_status == PaymentStatus.REFUND_DUE:
        return Told(
            "paid_late", "Your payment reached us when the pieces were gone: another size for it, or your money back."
        )
    if order.status == Status.EXPIRED:
        return Told("not_paid_in_time", "This order was not paid in time. It costs you nothing.")
    return Told("cancelled", "This order is cancelled. It costs you nothing.")

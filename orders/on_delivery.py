"""Paying at the door: for whom it is offered. Such an order is packed and sent unpaid (orders.lifecycle).

Three things must be so: the method is switched on (OFFLINE_METHODS), the zone takes part, and the total is no more than
PAY_ON_DELIVERY_MAX_NAIRA, for whoever opens no door costs the shop the way there and back.
"""

from django.conf import settings

from core.errors import ShopError
from core.money import SUBUNITS, Money
from orders import offline_methods
from orders.pricing import Quote


def is_offered(priced: Quote) -> bool:
    shipping, total = priced.delivery, priced.total
    is_there = shipping is not None and shipping.pay_on_delivery and not shipping.is_quoted
    is_cash = total.currency == settings.BASE_CURRENCY and 0 < total.amount <= _most().amount
    return offline_methods.is_on(offline_methods.ON_DELIVERY) and is_there and is_cash


def most() -> Money | None:
    """Up to what total, for pages; None where it is not switched on."""
    return _most() if offline_methods.is_on(offline_methods.ON_DELIVERY) else None


def check(priced: Quote) -> None:
    """Raises ShopError naming `pay_on_delivery`, with the reason."""
    if is_offered(priced):
        return
    if priced.total.currency != settings.BASE_CURRENCY:
        raise ShopError(
            f"Orders in {priced.total.currency} are paid with Paystack, before they are packed. Only naira can be paid "
            "at the door: choose naira, or pay with Paystack.",
            code="not_on_delivery",
            field="pay_on_delivery",
        )
    if priced.total > _most():
        raise ShopError(
            f"Up to {_most()} can be paid at the door, and this is {priced.total}. Pay it with Paystack.",
            code="not_on_delivery",
            field="pay_on_delivery",
        )
    raise ShopError(
        "Orders to this address are paid with Paystack, before they are packed.",
        code="not_on_delivery",
        field="pay_on_delivery",
    )


def _most() -> Money:
    return Money(settings.PAY_ON_DELIVERY_MAX_NAIRA * SUBUNITS)

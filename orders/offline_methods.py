"""Ways to pay that do not go through Paystack: which are on, and where a transfer goes."""

from django.conf import settings

from orders.models import Order

BANK, CASH, ON_DELIVERY = "bank", "cash", "on_delivery"
# The event of money that staff saw themselves (payments.offline).
PAID_OFFLINE = "paid-offline"


def is_on(method: str) -> bool:
    """Who takes money at the door takes cash."""
    at_the_door = method == CASH and ON_DELIVERY in settings.OFFLINE_METHODS
    return at_the_door or method in settings.OFFLINE_METHODS


def bank_account(order: Order) -> str:
    """Where the customer of an unpaid order may send its money; empty where the shop takes no transfers for it."""
    takes_transfers = is_on(BANK) and order.currency == "NGN" and order.is_payable
    return settings.BANK_ACCOUNT if takes_transfers else ""


def was_used(order: Order) -> bool:
    """Whether staff saw some of its money themselves: that goes back by hand, and no bank is waited for. One query, or
    none for an order that is not paid."""
    return order.paid_at is not None and order.events.filter(kind=PAID_OFFLINE).exists()

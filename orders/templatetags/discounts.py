"""The offer for a first order, for pages that everybody sees."""

from django import template
from django.template import Context

from catalog.chosen import prices_of
from catalog.currencies import Prices
from orders import redemptions
from orders.models import Discount

register = template.Library()


@register.simple_tag(takes_context=True)
def first_order_offer(context: Context) -> str:
    """What it is and that it comes by itself, in the currency that the visitor chose; "" where there is none now. One
    query, and another in dollars."""
    offer = redemptions.first_order_offer()
    if offer is None:
        return ""
    return f"{_offered(offer, prices_of(context['request']))} your first order, taken off at checkout by itself."


def _offered(offer: Discount, prices: Prices) -> str:
    """Before what it is for: `10% off`, `₦2,000 off`, `Free delivery of`."""
    if offer.kind == Discount.Kind.FREE_DELIVERY:
        return "Free delivery of"
    if offer.kind == Discount.Kind.PERCENTAGE or prices.naira is None:
        return f"{offer.worth} off"
    shown = prices.exactly(offer.amount_kobo).display
    return f"{shown} off" if prices.is_charged else f"≈ {shown} ({offer.worth}) off"

"""The offer for a first order, for pages that everybody sees."""

from django import template

from orders import redemptions

register = template.Library()


@register.simple_tag
def first_order_offer() -> str:
    """What it is and that it comes by itself; "" where there is none now. One query."""
    offer = redemptions.first_order_offer()
    return f"{offer.offered} your first order, taken off at checkout by itself." if offer else ""

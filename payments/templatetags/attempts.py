"""What became of a customer's tries to pay, as the page of an order shows it."""

from django import template

from orders.models import Order
from payments import representation
from payments.models import Payment

register = template.Library()


@register.simple_tag
def last_try_of(order: Order) -> Payment | None:
    return representation.last_try_of(order)


@register.simple_tag
def looked_at_of(order: Order) -> Payment | None:
    return representation.looked_at_of(order)

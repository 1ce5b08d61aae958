"""Money back, as the page of an order shows it."""

from django import template

from orders.models import Order
from payments import representation

register = template.Library()


@register.simple_tag
def refunds_of(order: Order) -> list[representation.ShownRefund]:
    return representation.refunds_of(order)

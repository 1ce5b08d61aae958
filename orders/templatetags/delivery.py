"""Delivery fees for pages of the shop window, from the zones that checkout uses."""

from django import template

from orders.models import Zone

register = template.Library()


@register.simple_tag
def delivery_zones() -> list[Zone]:
    return list(Zone.objects.filter(active=True))

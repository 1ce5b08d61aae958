"""Amounts on pages: never wrapped, digits of one width."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.money import Money

register = template.Library()


@register.filter
def price(value: Any) -> SafeString:
    """`{{ page.price|price }}` for a Money, or for the plain data that one becomes in caches and JSON."""
    display = value.display if isinstance(value, Money) else value["display"]
    return format_html('<span class="price">{}</span>', display)


@register.simple_tag
def money(amount: int, currency: str = "NGN") -> SafeString:
    """`{% money order.total_subunit order.currency %}` for columns of the subunit."""
    return price(Money(amount, currency))

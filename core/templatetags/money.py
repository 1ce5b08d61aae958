"""Amounts on pages: never wrapped, digits of one width."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.money import Money

register = template.Library()


@register.filter
def price(value: Any) -> SafeString:
    """`{{ page.price|price }}` for a Money, or for the plain data that one becomes in caches and JSON.

    What is about so much stands so, with what is charged beside it.
    """
    if isinstance(value, dict) and "charged" in value:
        return format_html(
            '<span class="price">≈&nbsp;{}</span> <small class="charged">{}</small>',
            value["display"],
            value["charged"]["display"],
        )
    return format_html('<span class="price">{}</span>', _display(value))


@register.filter
def about(value: Money | None) -> SafeString | str:
    """About what the price before it is in another currency; nothing for None."""
    return format_html(' <small class="charged">≈&nbsp;{}</small>', value.display) if value else ""


@register.filter
def was(value: Any) -> SafeString | str:
    """A former price, struck through, before the present one; nothing for None. Read out as "Was ₦8,500, now"."""
    if not value:
        return ""
    return format_html(
        '<s class="was"><span class="visually-hidden">Was </span>{}</s><span class="visually-hidden">, now</span> ',
        _display(value),
    )


@register.filter
def lowest(value: Any) -> SafeString | str:
    """What a former price has to be measured by, behind the present one; nothing for None."""
    if not value:
        return ""
    return format_html(
        ' <small class="lowest">Lowest price in the 30 days before: <span class="num">{}</span></small>',
        _display(value),
    )


@register.simple_tag
def money(amount: int, currency: str = "NGN") -> SafeString:
    """`{% money order.total_subunit order.currency %}` for columns of the subunit."""
    return price(Money(amount, currency))


def _display(value: Any) -> str:
    return str(value.display if isinstance(value, Money) else value["display"])

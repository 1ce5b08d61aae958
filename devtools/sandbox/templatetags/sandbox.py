from typing import Any

from django import template

register = template.Library()

SIGNS = {"NGN": "₦", "USD": "$", "GHS": "GH₵", "ZAR": "R", "KES": "KSh "}


@register.filter
def price(thing: Any) -> str:
    """The amount of a transaction or refund as people write it: ₦19,000 or $12.50."""
    whole, rest = divmod(thing.amount, 100)
    sign = SIGNS.get(thing.currency, f"{thing.currency} ")
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


@register.filter
def as_text(body: bytes) -> str:
    return bytes(body).decode(errors="replace")

"""The number on the bag, in the header of every page; and what a line of it can be changed to."""

from typing import Any

from django import template
from django.template import Context

from orders.bag_cookie import count_of

register = template.Library()


@register.simple_tag(takes_context=True)
def bag_count(context: Context) -> int:
    """Pieces and bundles in the shopper's open bag. No query for one who has no bag."""
    request = context.get("request")
    return count_of(request) if request else 0


@register.filter
def of_line(choices: dict[int, list[Any]], line_id: int) -> list[Any]:
    """`{{ choices|of_line:item.line_id }}`; nothing for a bundle, whose pieces are changed on its own page."""
    return choices.get(line_id, [])

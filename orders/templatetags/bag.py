"""The number on the bag, in the header of every page."""

from django import template
from django.db.models import Sum
from django.template import Context

from orders.models import Bag, BagLine
from orders.views.bag_cookie import token_of

register = template.Library()


@register.simple_tag(takes_context=True)
def bag_count(context: Context) -> int:
    """Pieces and bundles in the shopper's open bag. No query for one who has no bag."""
    request = context.get("request")
    token = token_of(request) if request else None
    if not token:
        return 0
    lines = BagLine.objects.filter(bag__token=token, bag__state=Bag.State.OPEN)
    return lines.aggregate(count=Sum("quantity"))["count"] or 0

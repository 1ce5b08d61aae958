"""Until when an order is held, for pages."""

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime

register = template.Library()


@register.filter
def hour_and_day(moment: datetime) -> str:
    """`11:57` today, `Monday 30 November, 11:57` on any other day. Lagos time."""
    is_today = localdate(moment) == localdate()
    return date_format(localtime(moment), "H:i" if is_today else "l j F, H:i")

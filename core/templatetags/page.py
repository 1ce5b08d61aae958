"""Small things that every page needs."""

from typing import Any

import structlog
from django import template
from django.template import Context
from django.template.defaultfilters import stringfilter

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The code that joins what a person reports to what the log says."""
    return structlog.contextvars.get_contextvars().get("request_id", "")


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The address of this list with parameters changed, or left out where None: `{% query page=2 after=None %}`."""
    data = context["request"].GET.copy()
    for name, value in changes.items():
        data.pop(name, None)
        if value is not None:
            data[name] = str(value)
    return f"?{data.urlencode()}"


@register.filter
@stringfilter
def sentence(text: str) -> str:
    """First letter in capitals, the rest as it is."""
    return text[:1].upper() + text[1:]


@register.filter
def item(mapping: dict[str, Any], key: str) -> Any:
    """`{{ form.errors|item:name }}`: a lookup by a key that is itself in a variable."""
    return mapping.get(key)

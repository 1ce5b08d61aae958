"""What header and footer of every page know of the catalogue."""

from typing import Any

from django import template

from catalog.cache import navigation

register = template.Library()


@register.simple_tag
def shop_categories() -> list[dict[str, Any]]:
    return navigation()

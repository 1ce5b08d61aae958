"""Pages that are the same for everybody. Nothing of a visitor is ever in them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from core.public import keep


def ready_page(
    request: HttpRequest, template: str, context: dict[str, Any], *keys: str, content_type: str | None = None
) -> HttpResponse:
    """The page, which prechi.ready keeps until one of `keys` is forgotten (see catalog.cache).

    The template must show nothing of the visitor; who has a message waiting gets a page of their own.
    """
    response = HttpResponse(render_to_string(template, context, request), content_type=content_type)
    response.shows_currency = True  # type: ignore[attr-defined]
    return keep(request, response, *keys)

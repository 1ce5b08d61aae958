"""Pages that are the same for everybody, kept as ready bytes. Nothing of a visitor is ever in them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from catalog import cache


def ready_page(
    request: HttpRequest, template: str, key: str, choice: str, context_of: Callable[[], dict[str, Any] | None]
) -> HttpResponse | None:
    """The page from the cache, or rendered and kept; None where `context_of` answers None.

    `key` is what catalog.cache forgets when it changes, `choice` tells apart the pages of one key. The template must
    show nothing of the visitor; who has a message waiting gets a page of their own.
    """
    if request.COOKIES.get("messages"):
        context = context_of()
        return None if context is None else HttpResponse(render_to_string(template, context, request))

    def build() -> bytes | None:
        context = context_of()
        return None if context is None else render_to_string(template, context, request).encode()

    body = cache.ready(f"page {choice}", key, build)
    return None if body is None else HttpResponse(body)

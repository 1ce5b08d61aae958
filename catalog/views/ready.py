"""Pages that are the same for everybody, kept as ready bytes with two holes: the form's token and the bag's number."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from catalog import cache

# Written into the kept bytes, where each visitor's own goes. Nothing private is ever kept.
TOKEN_HOLE = "hole-for-the-token-2f6d1c"
BAG_HOLE = "hole-for-the-bag-2f6d1c"


def ready_page(
    request: HttpRequest, template: str, key: str, choice: str, context_of: Callable[[], dict[str, Any] | None]
) -> HttpResponse | None:
    """The page from the cache, or rendered and kept; None where `context_of` answers None.

    `key` is what catalog.cache forgets when it changes, `choice` tells apart the pages of one key. The template must
    show nothing of the visitor but the two holes; who has a message waiting gets a page of their own.
    """
    if request.COOKIES.get("messages"):
        context = context_of()
        return None if context is None else HttpResponse(render_to_string(template, context, request))

    def build() -> bytes | None:
        context = context_of()
        if context is None:
            return None
        return render_to_string(template, {**context, "csrf_token": TOKEN_HOLE, "bag_hole": BAG_HOLE}, request).encode()

    body = cache.ready(f"page {choice}", key, build)
    if body is None:
        return None
    bag = render_to_string("partials/bag_count.html", {"request": request})
    body = body.replace(TOKEN_HOLE.encode(), get_token(request).encode()).replace(BAG_HOLE.encode(), bag.encode())
    return HttpResponse(body)

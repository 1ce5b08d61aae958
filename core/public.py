"""Answers that are the same for everybody, which prechi.ready may give ahead of Django until they change."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

# Kept anywhere, asked about each time: a stock figure in a browser or at a CDN is no older than here.
CACHE_CONTROL = "public, max-age=0, must-revalidate"


def keep(request: HttpRequest, response: HttpResponse, *keys: str) -> HttpResponse:
    """Marks a whole and public answer. It is kept until one of these keys, or the whole catalogue, is forgotten.

    Whoever has a message waiting gets an answer of their own, which nobody may keep.
    """
    if request.COOKIES.get("messages"):
        add_never_cache_headers(response)
        return response
    if not response.has_header("ETag"):
        response.headers["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    if not response.has_header("Cache-Control"):
        response.headers["Cache-Control"] = CACHE_CONTROL
    patch_vary_headers(response, ["Accept-Encoding"])
    response.public_keys = keys  # type: ignore[attr-defined]
    return response

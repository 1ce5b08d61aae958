"""Forms of public pages: those pages are the same bytes for everybody, so their forms carry no token.

What a token proves, that the form stood on a page of this shop, the browser tells by itself: scripts of other sites
can set none of the three headers that are looked at here.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import is_same_domain, url_has_allowed_host_and_scheme

ADDRESS_MAX = 600
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# "none" is what browsers say when the person, and no page, asked: a reloaded answer of a form.
OURS = frozenset({"same-origin", "none"})
REFUSAL = (
    "This form was sent from another site, or your browser does not say from where, so nothing was done. "
    "Open the page of the shop and send it from there."
)


def same_origin(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Takes unsafe requests only from pages of this shop, in place of Django's token. Nothing is done for others.

    For a class: ``@method_decorator(same_origin, name="dispatch")``.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in SAFE_METHODS or _is_unguarded(request) or comes_from_here(request):
            return view(request, *args, **kwargs)
        return _refuse(request)

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return guarded


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a page of this shop, or of settings.CSRF_TRUSTED_ORIGINS, sent this. What says nothing does not.

    Sec-Fetch-Site decides where it stands; browsers send it to every https address. Else Origin, else Referer.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in OURS
    origin = request.headers.get("Origin")
    if origin is not None:
        return _is_ours(request, origin)
    referer = request.headers.get("Referer")
    return referer is not None and _is_ours(request, referer)


def ours(address: str, otherwise: str) -> str:
    """An address of this shop to lead back to; `otherwise` instead of any other."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and len(address) <= ADDRESS_MAX else otherwise


def _is_ours(request: HttpRequest, address: str) -> bool:
    try:
        given = urlsplit(address)
    except ValueError:
        return False
    if not given.scheme or not given.netloc:
        return False
    if (given.scheme, given.netloc) == (request.scheme, request.get_host()):
        return True
    trusted = (urlsplit(origin) for origin in settings.CSRF_TRUSTED_ORIGINS)
    return any(
        given.scheme == known.scheme and is_same_domain(given.netloc, known.netloc.lstrip("*")) for known in trusted
    )


def _is_unguarded(request: HttpRequest) -> bool:
    """What Django's own guard goes by, too: its test client says that it is no browser."""
    return bool(getattr(request, "_dont_enforce_csrf_checks", False))


def _refuse(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN
    if request.accepts("text/html"):
        response = render(request, "403_origin.html", status=status)
    else:
        body = {
            "type": "urn:prechi:problem:other_site",
            "title": "Other site",
            "status": int(status),
            "detail": REFUSAL,
            "code": "other_site",
            "errors": [],
        }
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response

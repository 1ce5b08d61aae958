"""What a page answers when the shop refuses: the reason as it stands, its status, and a way on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import NotFound, ShopError

RETRY_AFTER_SECONDS = 5
TRY_LATER = 503


def with_refusals(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wraps a view so that a ShopError becomes a page. Nothing was changed when one is raised."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ShopError as error:
            return refusal(request, error)

    return wrapped


def refusal(request: HttpRequest, error: ShopError) -> HttpResponse:
    if isinstance(error, NotFound):
        return render(request, "404.html", {"message": error.message}, status=error.status)
    if error.status == TRY_LATER:
        response = render(request, "503.html", {"message": error.message, "again": back_of(request)}, status=TRY_LATER)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return render(request, "orders/refused.html", {"error": error, "back": back_of(request)}, status=error.status)


def back_of(request: HttpRequest) -> str:
    """Where the form stood, if it says so and that is on this site; else the shop's front."""
    back = request.POST.get("back") or request.headers.get("Referer", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()) else "/"

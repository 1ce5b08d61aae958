"""The wishlist: see it, add to it from public pages, take out, undo."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog import wish_cookie
from catalog import wishlist as wishlists
from catalog.chosen import prices_of
from catalog.wish_cookie import keeps_wishes
from core.errors import NotFound, ShopError
from core.same_origin import same_origin

UNDO_SALT = "catalog.wishlist.undo"
UNDO_SECONDS = 3600


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeps_wishes
def wishlist(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _take_out(request) if "remove" in request.POST else _add(request)
    found = wish_cookie.current(request)
    context = {
        "entries": wishlists.entries(found, prices_of(request)) if found else [],
        "undo": _undo(request.GET.get("undo", "")),
    }
    return render(request, "catalog/wishlist.html", context)


@never_cache
@require_POST
@keeps_wishes
def wish(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Takes one out, and offers to put it back."""
    found = wish_cookie.current(request)
    try:
        if found is None:
            raise NotFound("This is not on your wishlist any more.")
        removed = wishlists.remove(found, wish_id)
    except NotFound as gone:
        raise Http404(gone.message) from gone
    undo = signing.dumps({"name": f"{removed.name} in {removed.colour}", "sku": removed.sku}, salt=UNDO_SALT)
    return redirect(f"{reverse('catalog:wishlist')}?{urlencode({'undo': undo})}")


def _add(request: HttpRequest) -> HttpResponse:
    """By the chosen size, else by the colour that the page shows."""
    try:
        found = wishlists.put(wish_cookie.opened(request), request.POST.get("sku") or request.POST.get("variant", ""))
    except NotFound as unknown:
        return _said(request, str(unknown), unknown.status)
    except ShopError as error:
        return _said(request, error.message, error.status)
    response = _said(request, "It is on your wishlist.")
    response.wishlist = found  # type: ignore[attr-defined]
    return response


def _take_out(request: HttpRequest) -> HttpResponse:
    """The pressed heart of a product's page."""
    found = wish_cookie.current(request)
    if found is not None:
        wishlists.remove_sku(found, request.POST["remove"])
    return _said(request, "It is off your wishlist.")


def _said(request: HttpRequest, message: str, status: int = HTTPStatus.OK) -> HttpResponse:
    """For the script of the page as it stands; for everybody else on the list itself, or where the button stood."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"message": message}, status=status)
    if status == HTTPStatus.NOT_FOUND:
        raise Http404(message)
    messages.add_message(request, messages.SUCCESS if status == HTTPStatus.OK else messages.WARNING, message)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if "remove" in request.POST and safe else reverse("catalog:wishlist"))


def _undo(signed: str) -> dict[str, Any] | None:
    try:
        return signing.loads(signed, salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return None

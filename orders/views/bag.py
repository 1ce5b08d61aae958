"""The bag: see it, add to it, change a line, undo a removal."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from catalog.detail import bundle_page
from catalog.picks import picked_skus
from core.errors import NotFound, ShopError
from core.same_origin import same_origin
from orders import bag as bags
from orders.bag_cookie import current_bag, remember, tells_count, token_of
from orders.views.refusals import with_refusals

UNDO_SALT = "orders.bag.undo"
UNDO_SECONDS = 3600


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def bag(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _show_choice(request) if "show" in request.POST else _add(request)
    found = current_bag(request)
    context = {
        "quote": bags.view(found) if found else None,
        "undo": _undo(request.GET.get("undo", "")),
        "line_max": settings.BAG_LINE_MAX,
    }
    return render(request, "orders/bag.html", context)


@never_cache
@require_POST
@tells_count
@with_refusals
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Changes the quantity, or with `remove` takes the line out and offers to put it back."""
    found = current_bag(request)
    if found is None:
        raise NotFound("This line is not in your bag any more.")
    if "remove" not in request.POST:
        bags.set_quantity(found, line_id, _quantity(request))
        messages.success(request, "Your bag is up to date.")
        return redirect("orders:bag")
    removed = signing.dumps(asdict(bags.remove(found, line_id)), salt=UNDO_SALT)
    return redirect(f"{reverse('orders:bag')}?{urlencode({'undo': removed})}")


def _add(request: HttpRequest) -> HttpResponse:
    quantity = _quantity(request)
    slug = request.POST.get("bundle", "").replace("\0", "")
    skus = _picks(request, slug) if slug else [request.POST.get("sku", "")]
    if not skus[0]:
        raise ShopError("Choose a size first.", code="required", field="size")
    found = bags.open_bag(token_of(request), request.user if isinstance(request.user, User) else None)
    if slug:
        bags.add_bundle(found, slug, skus, quantity)
    else:
        bags.add(found, skus[0], quantity)
    messages.success(request, "It is in your bag.")
    response = redirect("orders:bag")
    remember(response, found.token)
    return response


def _show_choice(request: HttpRequest) -> HttpResponse:
    """A bundle half chosen: its page with the choice in the address, and the form's token left out of it."""
    choice = {
        name: str(value) for name, value in request.POST.items() if name.startswith(("piece_", "size_")) and value
    }
    try:
        url = reverse("catalog:bundle", args=[request.POST.get("bundle", "")])
    except NoReverseMatch as error:
        raise NotFound("There is no such bundle.", field="bundle") from error
    return redirect(f"{url}?{urlencode(choice)}")


def _quantity(request: HttpRequest) -> int:
    written = request.POST.get("quantity", "1").strip()
    if not (written.isascii() and written.isdigit() and len(written) <= 10):
        raise ShopError("Write the quantity as a whole number, such as 2.", code="invalid", field="quantity")
    return int(written)


def _picks(request: HttpRequest, slug: str) -> list[str]:
    """A bundle's form sends slots; the button that undoes a removal sends the SKUs."""
    if skus := request.POST.getlist("sku"):
        return skus
    page = bundle_page(slug)
    if page is None:
        raise NotFound("This bundle is no longer sold.")
    return picked_skus(page, request.POST.dict())


def _undo(signed: str) -> dict[str, Any] | None:
    """What was removed, out of the signed address of this page: no session is needed to take it back."""
    try:
        return signing.loads(signed, salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return None

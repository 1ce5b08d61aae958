"""The bag: see it, add to it, change a line, undo a removal."""

import re
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog import browse, seen_cookie, wish_cookie
from catalog.builder import builder, refused
from catalog.chosen import prices_of
from catalog.currencies import NAIRA
from catalog.detail import bundle_page
from catalog.picks import picked_skus
from core.errors import NotFound, ShopError
from core.same_origin import same_origin
from orders import bag as bags
from orders import bag_swaps, remembered
from orders.bag_cookie import bag_to_fill, current_bag, remember, tells_count
from orders.forms import PlaceForm
from orders.models import Bag
from orders.pricing import Quote
from orders.views import codes
from orders.views.refusals import with_refusals

UNDO_SALT = "orders.bag.undo"
UNDO_SECONDS = 3600
SHOWN_INSTEAD = 4
# Of a bundle's page: they change the choice, and nothing goes into the bag.
BUTTONS = {"show", "choose", "pick", "do"}


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def bag(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if BUTTONS & request.POST.keys():
            return _show_choice(request)
        return _add_bundle(request) if "bundle" in request.POST and "sku" not in request.POST else _add(request)
    found = current_bag(request)
    place = remembered.form_of(request)
    priced = codes.priced(request, found, place.known, found.code) if found else None
    return _page(request, priced, place, found.code if found else "")


def _page(
    request: HttpRequest, priced: Quote | None, place: PlaceForm, code: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    shown = prices_of(request)
    context = {
        "quote": priced,
        "form": place,
        "choices": bag_swaps.choices_of(priced.items, shown if shown.is_charged else NAIRA) if priced else {},
        **({} if priced and priced.items else _instead_of_nothing(request)),
        "undo": _undo(request.GET.get("undo", "")),
        "line_max": settings.BAG_LINE_MAX,
        "code_written": code,
    }
    return render(request, "orders/bag.html", context, status=status)


def _instead_of_nothing(request: HttpRequest) -> dict[str, Any]:
    """For who has nothing in the bag: what this browser looked at last, and what others buy."""
    seen = browse.cards_named(seen_cookie.slugs(request), prices_of(request))
    looked_at = {card["slug"] for card in seen}
    best = browse.best_sellers(SHOWN_INSTEAD + len(seen), prices_of(request))
    return {"seen": seen, "best": [card for card in best if card["slug"] not in looked_at][:SHOWN_INSTEAD]}


@never_cache
@require_POST
@tells_count
@with_refusals
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Changes the quantity or with `sku` the size; or with `remove` takes the line out and offers to put it back."""
    found = current_bag(request)
    if found is None:
        raise NotFound("This line is not in your bag any more.")
    if "remove" not in request.POST:
        if "sku" in request.POST:
            bag_swaps.change_size(found, line_id, request.POST["sku"])
        else:
            bags.set_quantity(found, line_id, _quantity(request))
        messages.success(request, "Your bag is up to date.")
        return redirect("orders:bag")
    removed = signing.dumps(asdict(bags.remove(found, line_id)), salt=UNDO_SALT)
    return redirect(f"{reverse('orders:bag')}?{urlencode({'undo': removed})}")


@never_cache
@require_POST
@tells_count
@with_refusals
def code(request: HttpRequest) -> HttpResponse:
    """Keeps a code that takes something off with the bag, says why another does not, or with `remove` forgets it."""
    found = current_bag(request)
    if found is None:
        raise NotFound("Your bag is empty. Put something in it, then write the code.")
    written = "" if "remove" in request.POST else codes.written(request.POST.get("code", ""))
    place = remembered.form_of(request)
    priced = codes.priced(request, found, place.known, written)
    if priced.code_refusal:
        return _page(request, priced, place, written, HTTPStatus.BAD_REQUEST)
    bags.set_code(found, written)
    return redirect(f"{reverse('orders:bag')}#code")


def _add(request: HttpRequest) -> HttpResponse:
    """One size; or a bundle by its SKUs, as the button sends them that undoes a removal."""
    quantity = _quantity(request)
    slug, skus = request.POST.get("bundle", "").replace("\0", ""), request.POST.getlist("sku")
    if not any(skus):
        raise ShopError("Choose a size first.", code="required", field="size")
    found = bag_to_fill(request)
    if slug:
        bags.add_bundle(found, slug, skus, quantity)
    else:
        bags.add(found, skus[-1], quantity)
    return _added(request, found, "It is in your bag.")


def _add_bundle(request: HttpRequest) -> HttpResponse:
    """Adds the choice of a bundle's page, or with `line` gives that line its pieces. Refused, the page comes again."""
    quantity = _quantity(request)
    page, fields = _bundle_page(request), request.POST.dict()
    try:
        context = builder(page, fields)
        skus = picked_skus(context["choice"])
        found = bag_to_fill(request)
        if context["line"]:
            bag_swaps.change_picks(found, int(context["line"]), skus)
        else:
            bags.add_bundle(found, page["slug"], skus, quantity)
    except ShopError as error:
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        said = re.fullmatch(r"picks\.(\d+)\.sku", error.field)
        words = {int(said[1]) + 1: error.message} if said else {}
        again = refused(page, fields, error.message, words)
        return render(request, "catalog/bundle.html", again, status=error.status)
    return _added(request, found, "Your bundle is changed." if context["line"] else "It is in your bag.")


def _added(request: HttpRequest, found: Bag, message: str) -> HttpResponse:
    messages.success(request, message)
    response = redirect("orders:bag")
    remember(response, found.token)
    if "wish" in request.POST:
        wish_cookie.moved(request, response, request.POST["wish"])
    return response


def _show_choice(request: HttpRequest) -> HttpResponse:
    """A bundle half chosen: its page with the choice in the address, at the place that the button was about."""
    page, data = _bundle_page(request), request.POST.dict()
    place = "#picker" if "choose" in data else f"#slot-{data.get('slot', '')}" if "pick" in data else ""
    return redirect(builder(page, data)["address"] + place)


def _bundle_page(request: HttpRequest) -> dict[str, Any]:
    slug = request.POST.get("bundle", "")
    page = bundle_page(slug, prices_of(request)) if "\0" not in slug else None
    if page is None:
        raise NotFound("This bundle is no longer sold.", field="bundle")
    return page


def _quantity(request: HttpRequest) -> int:
    written = request.POST.get("quantity", "1").strip()
    if not (written.isascii() and written.isdigit() and len(written) <= 10):
        raise ShopError("Write the quantity as a whole number, such as 2.", code="invalid", field="quantity")
    return int(written)


def _undo(signed: str) -> dict[str, Any] | None:
    """What was removed, out of the signed address of this page: no session is needed to take it back."""
    try:
        return signing.loads(signed, salt=UNDO_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return None

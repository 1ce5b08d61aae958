"""The page of a product, and the pages of bundles."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from catalog import browse, cache, detail
from catalog.builder import builder
from catalog.chosen import prices_of
from catalog.currencies import Prices
from catalog.seo import list_json_ld, social, social_of
from catalog.views.moved import Kind, moved
from catalog.views.ready import ready_page
from catalog.wishlist import mark_of

CHOICE = re.compile(r"[a-z0-9-]{0,40}/[A-Za-z0-9 ./-]{0,10}", re.ASCII)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The same bytes for everybody, made once for each colour and size, until the product changes."""
    colour, size = request.GET.get("colour", ""), request.GET.get("size", "")
    if not CHOICE.fullmatch(f"{colour}/{size}"):
        return redirect("catalog:product", slug)
    context = _context(slug, colour, size, prices_of(request))
    if context is None and (colour or size) and cache.product_page(slug):
        return redirect("catalog:product", slug)
    if context is None:
        return moved(request, Kind.PRODUCT, "catalog:product", slug, "The shop has no such product.")
    related = (cache.card_key(card["slug"]) for card in context["related"])
    return ready_page(request, "catalog/product.html", context, cache.product_key(slug), *related)


def _context(slug: str, colour: str, size: str, prices: Prices) -> dict[str, Any] | None:
    """None for what is not on sale, and for a colour or size that it is not made in: addresses are not ours to fill."""
    page = cache.product_page(slug, prices)
    variant = _variant(page["variants"], colour) if page else None
    if page is None or variant is None:
        return None
    chosen = next((row for row in variant["sizes"] if row["size"] == size), None)
    # Whoever comes from another colour brings a size that this one may not have: it is shown without.
    known = {row["size"] for other in page["variants"] for row in other["sizes"]}
    if size and size not in known:
        return None
    return {
        "product": page,
        "variant": variant,
        "size": chosen,
        "wish_mark": mark_of(variant["sku"]),
        "sold_out": any(not row["in_stock"] for row in variant["sizes"]),
        "low": [row for row in variant["sizes"] if row["is_low"]],
        "related": browse.related(page["category"]["slug"], without=slug, prices=prices),
        "social": social_of(
            page, variant["images"], f"{settings.SITE_URL}/", f"{page['name']} by Prechi Clothing, Lagos.", "product"
        ),
    }


def _variant(variants: list[dict[str, Any]], colour: str) -> dict[str, Any] | None:
    """The asked colour; where none is asked the first that can be bought, else the first."""
    if colour:
        return next((variant for variant in variants if variant["colour"]["slug"] == colour), None)
    return next((variant for variant in variants if variant["in_stock"]), variants[0])


@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    lead = "Three pieces or five for one price: choose every style, colour and size yourself."
    cards, site = detail.bundle_cards(prices_of(request)), f"{settings.SITE_URL}/"
    context = {
        "bundles": cards,
        "current": "bundles",
        "social": social("Bundles", lead, request.path, site),
        "json_ld": list_json_ld("Bundles", request.path, cards, site),
    }
    return ready_page(request, "catalog/bundles.html", context, cache.LISTS)


@require_safe
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """The choice is the address. With `part` only what depends on it is answered: the slots, and what they save."""
    page = detail.bundle_page(slug, prices_of(request))
    if page is None:
        return moved(request, Kind.BUNDLE, "catalog:bundle", slug, "The shop has no such bundle.")
    lead = f"Any {page['pieces']} pieces for one price, every style, colour and size your choice."
    context = builder(page, request.GET.dict())
    context["social"] = social_of(page, page["images"], f"{settings.SITE_URL}/", lead)
    template = "catalog/bundle_part.html" if "part" in request.GET else "catalog/bundle.html"
    pieces = (cache.product_key(product["slug"]) for product in page["eligible"])
    return ready_page(request, template, context, cache.bundle_key(slug), *pieces)

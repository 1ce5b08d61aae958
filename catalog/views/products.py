"""The page of a product, and the pages of bundles."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog import browse, detail
from catalog.picks import choice_of
from catalog.seo import product_json_ld

RELATED = 4


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    page = detail.product_page(slug)
    if page is None or not page["variants"]:
        raise Http404("The shop has no such product.")
    variant = _variant(page, request.GET)
    context = {
        "product": page,
        "variant": variant,
        "size": next((size for size in variant["sizes"] if size["size"] == request.GET.get("size")), None),
        "low": [size for size in variant["sizes"] if size["is_low"]],
        "related": browse.newest(RELATED, category=page["category"]["slug"], without=slug),
        "json_ld": product_json_ld(page, request.build_absolute_uri("/")),
    }
    return render(request, "catalog/product.html", context)


def _variant(page: dict[str, Any], data: QueryDict) -> dict[str, Any]:
    """The asked colour, else the first that can be bought, else the first."""
    variants: list[dict[str, Any]] = page["variants"]
    asked = [variant for variant in variants if variant["colour"]["slug"] == data.get("colour")]
    return next(iter(asked or [variant for variant in variants if variant["in_stock"]] or variants))


@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/bundles.html", {"bundles": detail.bundle_cards(), "current": "bundles"})


@require_safe
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    page = detail.bundle_page(slug)
    if page is None:
        raise Http404("The shop has no such bundle.")
    sizes = {size["size"]: None for product in page["eligible"] for row in product["variants"] for size in row["sizes"]}
    context = {"bundle": page, "choice": choice_of(page, request.GET), "sizes": list(sizes), "current": "bundles"}
    return render(request, "catalog/bundle.html", context)

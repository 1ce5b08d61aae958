"""Pages that list products: home, the whole shop, a category, the simple search."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from catalog import browse
from catalog.detail import bundle_cards
from catalog.models import Category
from catalog.seo import shop_json_ld

HOME_NEW = 8
LAST_PAGE = 100_000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = browse.newest(HOME_NEW)
    context = {
        "cards": cards,
        "tiles": browse.category_tiles(),
        "bundles": bundle_cards(),
        "json_ld": shop_json_ld(settings.SHOP_NAME, f"{settings.SITE_URL}/", static("svg/touch-icon.png")),
    }
    return render(request, "catalog/home.html", context)


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    new = bool(request.GET.get("new"))
    title = "New in" if new else "Shop all"
    return _listing(request, "catalog/listing.html", {"title": title, "current": "new" if new else "shop"})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Category.objects.filter(Q(parent=None) | Q(parent__active=True), active=True), slug=slug)
    context = {"title": found.name, "lead": found.description, "category": found, "current": found.slug}
    return _listing(request, "catalog/listing.html", context, category=found.slug)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    query = browse.Filters.read(request.GET).query
    if not query:
        return render(request, "catalog/search_start.html", {"tiles": browse.category_tiles()})
    return _listing(request, "catalog/search.html", {"title": f"Results for “{query}”", "query": query})


def _listing(request: HttpRequest, template: str, context: dict[str, Any], category: str | None = None) -> HttpResponse:
    filters = browse.Filters.read(request.GET)
    listing = browse.listing(category, filters, request.GET.get("sort", "new"), _page(request.GET))
    if not 1 <= listing.page <= listing.pages:
        raise Http404("This list has no such page.")
    facets = {
        "Size": ("size", listing.facets["size"]),
        "Colour": ("colour", listing.facets["colour"]),
        "For": ("gender", listing.facets["gender"]),
        **({} if category else {"Category": ("category", listing.facets["category"])}),
    }
    sorts = [(value, name) for value, (name, _) in browse.SORTS.items()]
    context |= {
        "listing": listing,
        "filters": filters,
        "facets": facets,
        "sorts": sorts,
        "chosen": _chosen(request.GET, facets),
    }
    return render(request, template, context)


def _page(data: QueryDict) -> int:
    page = data.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() and int(page[:9]) <= LAST_PAGE else 0


def _chosen(data: QueryDict, facets: dict[str, tuple[str, list[dict[str, Any]]]]) -> list[dict[str, str]]:
    """Every filter that is on, with the address of the same list without it."""
    values = [(kind, row["value"], row["name"]) for kind, rows in facets.values() for row in rows if row["chosen"]]
    values += [("in_stock", data["in_stock"], "In stock")] if data.get("in_stock") else []
    values += [("min_price", data["min_price"], f"From ₦{data['min_price']}")] if data.get("min_price") else []
    values += [("max_price", data["max_price"], f"Up to ₦{data['max_price']}")] if data.get("max_price") else []
    chosen = []
    for kind, value, name in values:
        rest = data.copy()
        rest.setlist(kind, [other for other in data.getlist(kind) if other != value])
        rest.pop("page", None)
        chosen.append({"name": name, "url": f"?{rest.urlencode()}"})
    return chosen

"""Pages that list products: home, the whole shop, a category, the simple search."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog import browse, cache, ratings
from catalog.chosen import prices_of
from catalog.currencies import Prices
from catalog.detail import bundle_cards
from catalog.facets import FLAGS
from catalog.filters import ON, QUERY_MAX, Filters
from catalog.models import Category
from catalog.places import RELEVANCE, SORTS, Place
from catalog.seo import list_json_ld, shop_json_ld, social
from catalog.suggest import suggest
from catalog.views.moved import Kind, moved
from catalog.views.ready import ready_page

HOME_NEW = 8
HOME_REVIEWS = 3
PAGE_DIGITS = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    prices = prices_of(request)
    cards = browse.new_arrivals(HOME_NEW, prices)
    context = {
        "cards": cards,
        "tiles": browse.category_tiles(),
        "bundles": bundle_cards(prices),
        "praise": ratings.recent_praise(HOME_REVIEWS),
        "social": social(
            "Unmatched comfort. Bold performance. Everyday style",
            "Briefs, gymwear and sets from Lagos, delivered across Nigeria.",
            request.path,
            f"{settings.SITE_URL}/",
        ),
        "json_ld": shop_json_ld(
            settings.SHOP_NAME, f"{settings.SITE_URL}/", static("svg/touch-icon.png"), reverse("catalog:search")
        ),
    }
    return ready_page(request, "catalog/home.html", context, cache.LISTS)


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    new = request.GET.get("new") == ON
    title = "New in" if new else "Shop all"
    return _listing(request, "catalog/listing.html", {"title": title, "current": "new" if new else "shop"})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = Category.objects.shown().filter(slug=slug).first()
    if found is None:
        return moved(request, Kind.CATEGORY, "catalog:category", slug, "The shop has no such category.")
    context = {"title": found.name, "lead": found.description, "category": found, "current": found.slug}
    return _listing(request, "catalog/listing.html", context, found)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    if len(asked) > QUERY_MAX:
        context = {
            "tiles": browse.category_tiles(),
            "error": f"That is {len(asked)} letters; a search has {QUERY_MAX} at most. Try two or three words.",
        }
        return render(request, "catalog/search_start.html", context, status=400)
    query = Filters.read(request.GET).query
    if not query:
        return ready_page(request, "catalog/search_start.html", {"tiles": browse.category_tiles()}, cache.LISTS)
    return _listing(request, "catalog/search.html", {"title": f"Results for “{query}”", "query": query})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What may be meant while somebody types, as a fragment of a page. Empty for less than two letters."""
    found = suggest(Filters.read(request.GET).query, prices_of(request))
    return ready_page(request, "catalog/suggestions.html", {"found": found}, cache.LISTS)


def _listing(
    request: HttpRequest, template: str, context: dict[str, Any], category: Category | None = None
) -> HttpResponse:
    prices = prices_of(request)
    filters = Filters.read(request.GET, prices)
    place = Place.read(request.GET["after"]) if request.GET.get("after") else None
    if request.GET.get("after") and place is None:
        raise Http404("This list has no such page.")
    sort = request.GET.get("sort", "")
    listing = browse.listing(category, filters, sort or (place.sort if place else ""), _page(request.GET), place)
    if listing.page is not None and not 1 <= listing.page <= listing.pages:
        raise Http404("This list has no such page.")
    facets = {
        "Size": ("size", listing.facets.get("size", [])),
        "Colour": ("colour", listing.facets.get("colour", [])),
        "For": ("gender", listing.facets.get("gender", [])),
        **({} if category else {"Category": ("category", listing.facets.get("category", []))}),
    }
    flags = {flag: row for flag in FLAGS for row in listing.facets.get(flag, [])}
    sorts = [(value, name) for value, (name, _) in SORTS.items() if filters.query or value != RELEVANCE]
    # Of lists that are made of choices there are endlessly many: search engines are shown the plain ones.
    is_plain = not filters.query and not replace(filters, new=False).any and listing.page is not None
    lead = context.get("lead") or f"{context['title']} at Prechi Clothing, Lagos, delivered across Nigeria."
    context |= {
        "social": social(context["title"], lead, request.path, f"{settings.SITE_URL}/"),
        "is_filterable": filters.any or bool(listing.cards),
        "is_plain": is_plain,
        "json_ld": list_json_ld(context["title"], request.path, listing.cards, f"{settings.SITE_URL}/"),
        "listing": listing,
        "filters": filters,
        "facets": facets,
        "flags": flags,
        "sorts": sorts,
        "chosen": _chosen(request.GET, [*facets.values(), *((flag, [row]) for flag, row in flags.items())], prices),
    }
    return ready_page(request, template, context, cache.LISTS)


def _page(data: QueryDict) -> int:
    page = data.get("page", "1")
    return int(page) if page.isascii() and page.isdigit() and len(page) <= PAGE_DIGITS else 0


def _chosen(data: QueryDict, facets: list[tuple[str, list[dict[str, Any]]]], prices: Prices) -> list[dict[str, str]]:
    """Every filter that is on, with the address of the same list without it."""
    values = [(kind, row["value"], row["name"]) for kind, rows in facets for row in rows if row["chosen"]]
    values += (
        [("min_price", data["min_price"], f"From {prices.sign}{data['min_price']}")] if data.get("min_price") else []
    )
    values += (
        [("max_price", data["max_price"], f"Up to {prices.sign}{data['max_price']}")] if data.get("max_price") else []
    )
    chosen = []
    for kind, value, name in values:
        rest = data.copy()
        rest.setlist(kind, [other for other in data.getlist(kind) if other != value])
        rest.pop("page", None)
        rest.pop("after", None)
        chosen.append({"name": name, "url": f"?{rest.urlencode()}"})
    return chosen

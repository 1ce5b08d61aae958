"""Lists of products: categories, the whole shop, search. Their order and pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from catalog import listing_rows, search
from catalog.cards import cards_of, image_data, loaded
from catalog.currencies import NAIRA, Prices
from catalog.facets import counts_of
from catalog.filters import Filters, rows_of
from catalog.models import Category, Image, ListingRow
from catalog.pictures import picture
from catalog.places import RELEVANCE, SORTS, Place, beside, ends, in_order
from core.prepared import Given, Prepared

PAGE_SIZE = 24
# Numbered pages reach so far. Behind them a page begins where the last one ended, so that none is slower than another.
NUMBERED_MAX = 40
# So many hits of a search are ranked; nobody turns pages further than that for the best match.
RANKED_MAX = 500
# So many others of its category stand under a product.
RELATED = 4


@dataclass(frozen=True)
class Listing:
    """One page of cards. `facets` maps a kind to its values with the count that choosing it would give.

    `page` is None behind the numbered pages. `nearest` says that nothing matched whole and these come close.
    """

    cards: list[dict[str, Any]]
    total: int
    page: int | None
    pages: int
    sort: str
    facets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    is_capped: bool = False
    after: Place | None = None
    before: Place | None = None
    corrected: str = ""
    nearest: bool = False

    @property
    def next(self) -> Place | int | None:
        """Where the next page is: its place, or its number in a list of best matches."""
        if self.after or self.page is None or self.sort != RELEVANCE:
            return self.after
        return self.page + 1 if self.page < self.pages else None

    @property
    def previous(self) -> Place | int | None:
        if self.page is None or self.sort != RELEVANCE:
            return self.before
        return self.page - 1 if self.page > 1 else None

    @property
    def numbers(self) -> list[int | None]:
        """The pages worth a link: the ends and the neighbours. None stands for a gap."""
        page = self.page or self.pages
        shown = sorted({1, self.pages, *range(max(1, page - 1), min(self.pages, page + 1) + 1)})
        numbers: list[int | None] = []
        for before, number in zip([0, *shown], shown, strict=False):
            numbers += [number] if number - before == 1 else [None, number]
        return numbers


def listing(
    category: Category | None = None,
    filters: Filters | None = None,
    sort: str = "",
    page: int = 1,
    place: Place | None = None,
    size: int = PAGE_SIZE,
) -> Listing:
    """A page of a category (children included) or of the whole shop, by number or by place.

    Five queries at most, two more for a search. They take as long at the end of a large catalogue as at the beginning
    of a small one.
    """
    listing_rows.apply_changes(limit=listing_rows.FEW)
    filters = filters or Filters()
    if filters.query:
        return _found(category, filters, _sort(sort, RELEVANCE), page, place, size)
    return _listing(category, filters, None, _sort(sort, "new"), page, place, size)


def new_arrivals(count: int, prices: Prices = NAIRA) -> list[dict[str, Any]]:
    """Cards of new releases that can be bought, then of whatever came last. Five queries at most."""
    listing_rows.apply_changes(limit=listing_rows.FEW)
    rows = in_order(loaded(ListingRow.objects.filter(sold_out=False)), "new")
    cards = cards_of(rows.filter(is_new=True)[:count], Filters(prices=prices))
    if len(cards) < count:
        cards += cards_of(rows.filter(is_new=False)[: count - len(cards)], Filters(prices=prices))
    return cards


def best_sellers(count: int, prices: Prices = NAIRA) -> list[dict[str, Any]]:
    """Cards of what sells best and can be bought. Two queries."""
    rows = in_order(loaded(ListingRow.objects.filter(sold_out=False)), "best")
    return cards_of(rows[:count], Filters(prices=prices))


def cards_named(slugs: Sequence[str], prices: Prices = NAIRA) -> list[dict[str, Any]]:
    """Cards of these products in this order, without those that are sold no longer. Two queries at most."""
    rows = loaded(ListingRow.objects.filter(product__slug__in=slugs)) if slugs else ListingRow.objects.none()
    cards = {card["slug"]: card for card in cards_of(rows, Filters(prices=prices))} if slugs else {}
    return [cards[slug] for slug in slugs if slug in cards]


def related(category: str, *, without: str, prices: Prices = NAIRA) -> list[dict[str, Any]]:
    """Cards of the RELATED that came last in a category (its slug) and can be bought. Two queries."""
    return cards_of(_RELATED.all(category=category, without=without), Filters(prices=prices))


def _related() -> QuerySet[ListingRow]:
    of_category = Category.objects.filter(slug=Given("category")).values("pk")
    rows = loaded(ListingRow.objects.filter(sold_out=False, category=Subquery(of_category)))
    return rows.exclude(product__slug=Given("without")).order_by("by_newest", "product_id")[:RELATED]


_RELATED = Prepared(_related)


def navigation() -> list[dict[str, Any]]:
    """The top categories that have something to show. One query."""
    return [
        {"name": category.name, "slug": category.slug, "url": category.get_absolute_url()}
        for category in _NAVIGATION.all()
    ]


def _filled() -> QuerySet[Category]:
    return Category.objects.filter(
        Exists(ListingRow.objects.filter(department=OuterRef("pk"))), active=True, parent=None
    )


_NAVIGATION = Prepared(_filled)


def category_tiles() -> list[dict[str, Any]]:
    """`navigation`, each with a picture of its newest product. Two queries."""
    newest_first = ListingRow.objects.filter(department=OuterRef("pk")).order_by("sold_out", "by_newest", "product_id")
    shown = Image.objects.filter(state=Image.State.READY, variant__product=OuterRef("newest"))
    first = Subquery(shown.order_by("-is_primary", "position", "id").values(data=image_data())[:1])
    categories = Category.objects.filter(active=True, parent=None).annotate(
        newest=Subquery(newest_first.values("product")[:1])
    )
    return [
        {
            "name": category.name,
            "slug": category.slug,
            "url": category.get_absolute_url(),
            "image": picture(Image(**category.image)) if category.image else None,
        }
        for category in categories.filter(newest__isnull=False).annotate(image=first)
    ]


def _sort(asked: str, usual: str) -> str:
    return asked if asked in SORTS and (asked != RELEVANCE or usual == RELEVANCE) else usual


def _found(
    category: Category | None, filters: Filters, sort: str, page: int, place: Place | None, size: int
) -> Listing:
    """A search; where nothing is found, with its slips mended; where there is nothing still, what comes nearest."""
    words = search.read(filters.query)
    if words is None:
        return Listing([], 0, 1, 1, sort)
    found = _listing(category, filters, words, sort, page, place, size)
    if found.total:
        return found
    if mended := search.corrected(filters.query):
        found = _listing(category, filters, search.read(mended), sort, page, place, size)
        if found.total:
            return replace(found, corrected=mended)
    nearest = _listing(category, filters, search.read_any(mended or filters.query), sort, page, place, size)
    return replace(nearest, nearest=True)


def _listing(
    category: Category | None,
    filters: Filters,
    words: search.Words | None,
    sort: str,
    page: int,
    place: Place | None,
    size: int,
) -> Listing:
    counts, prices = counts_of(filters, words, category), filters.prices
    reach = RANKED_MAX // size if sort == RELEVANCE else NUMBERED_MAX
    pages = min(max(1, -(-counts.total // size)), reach)
    about: dict[str, Any] = {"facets": counts.facets, "is_capped": counts.is_capped}
    if place and place.sort == sort:
        rows = beside(in_order(loaded(rows_of(filters, words, category)), sort, prices), place, size, prices)
        after, before = ends(rows, sort, size, place, prices)
        return Listing(
            cards_of(rows[:size], filters), counts.total, None, pages, sort, after=after, before=before, **about
        )
    first = (page - 1) * size
    if not 1 <= page <= pages:
        return Listing([], counts.total, page, pages, sort, **about)
    ranked = words is not None and sort == RELEVANCE
    if words and ranked:
        found = counts.found
        if counts.is_capped:
            found = _few(rows_of(filters, None, category), words, found)
        rows = list(loaded(_best(found, words, first, first + size + 1)))
    else:
        rows = list(loaded(in_order(rows_of(filters, words, category), sort, prices))[first : first + size + 1])
    after = None if ranked else ends(rows, sort, size, None, prices)[0]
    return Listing(cards_of(rows[:size], filters), counts.total, page, pages, sort, after=after, **about)


def _few(rows: QuerySet[ListingRow], words: search.Words, found: list[int]) -> list[int]:
    """Of too many to count few are ranked, for ranking all takes long: hits in the name, then others."""
    in_name = rows.filter(search=words.in_name).order_by().values_list("pk", flat=True)[:RANKED_MAX]
    return list({*in_name, *found[:RANKED_MAX]})


def _best(found: list[int], words: search.Words, first: int, end: int) -> QuerySet[ListingRow]:
    """A page of them, the best matches first. Ranked as narrow rows: of those of the page alone more is read."""
    page = _by_rank(ListingRow.objects.filter(pk__in=found), words).values("pk")[first:end]
    return _by_rank(ListingRow.objects.filter(pk__in=page), words)


def _by_rank(rows: QuerySet[ListingRow], words: search.Words) -> QuerySet[ListingRow]:
    ranked = rows.annotate(rank=SearchRank(F("search"), words.query))
    return ranked.order_by("sold_out", "-rank", "by_sales", "by_newest", "product_id")

"""Lists of products: categories, the whole shop, the simple search. Filters, their counts, order and pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject
from django.http import QueryDict

from catalog.models import Category, Image, Product, Variant, VariantSize
from catalog.pictures import picture
from core.money import Money

PAGE_SIZE = 24
QUERY_MAX = 100
SORTS = {
    "new": ("Newest", ("-publish_at", "-id")),
    "price": ("Price, low to high", ("lowest", "id")),
    "-price": ("Price, high to low", ("-lowest", "id")),
    "name": ("Name", ("name", "id")),
}
PRICE = Coalesce("price_kobo", "variant__product__base_price_kobo")
# Facet: where its value, its name and its place in the list stand, as seen from a size.
FACETS: dict[str, tuple[str, Any, Any]] = {
    "category": (
        "variant__product__category__slug",
        "variant__product__category__name",
        "variant__product__category__position",
    ),
    "gender": ("variant__product__gender", "variant__product__gender", Value(0)),
    "colour": (
        "variant__colour__slug",
        Concat("variant__colour__name", Value("|"), "variant__colour__hex"),
        "variant__colour__position",
    ),
    "size": ("size__name", "size__name", "size__position"),
}


@dataclass(frozen=True)
class Filters:
    """What a shopper asked for. Empty means all; several values of one kind mean any of them."""

    query: str = ""
    category: tuple[str, ...] = ()
    colour: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    new: bool = False

    @classmethod
    def read(cls, data: QueryDict) -> "Filters":
        """From the address of a page, where prices are whole naira. What cannot be read is left out."""

        def several(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(value for value in data.getlist(name)[:20] if value and "\0" not in value))

        def naira(name: str) -> int | None:
            value = data.get(name, "")
            return int(value) * 100 if value.isascii() and value.isdigit() and len(value) < 10 else None

        return cls(
            query=" ".join(data.get("q", "").replace("\0", "").split())[:QUERY_MAX],
            category=several("category"),
            colour=several("colour"),
            size=several("size"),
            gender=several("gender"),
            min_price=naira("min_price"),
            max_price=naira("max_price"),
            in_stock=bool(data.get("in_stock")),
            new=bool(data.get("new")),
        )

    @property
    def any(self) -> bool:
        return replace(self, query="") != Filters()


@dataclass(frozen=True)
class Listing:
    """One page of cards. `facets` maps a kind to its values with the count that choosing it would give."""

    cards: list[dict[str, Any]]
    total: int
    page: int
    pages: int
    sort: str
    facets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int | None]:
        """The pages worth a link: the ends and the neighbours. None stands for a gap."""
        shown = sorted({1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)})
        numbers: list[int | None] = []
        for before, number in zip([0, *shown], shown, strict=False):
            numbers += [number] if number - before == 1 else [None, number]
        return numbers


def navigation() -> list[dict[str, Any]]:
    """The top categories that have something to show. One query."""
    filled = Product.objects.on_sale().filter(Q(category=OuterRef("pk")) | Q(category__parent=OuterRef("pk")))
    categories = Category.objects.filter(Exists(filled), active=True, parent=None)
    return [
        {"name": category.name, "slug": category.slug, "url": category.get_absolute_url()} for category in categories
    ]


def listing(
    category: str | None = None, filters: Filters | None = None, sort: str = "new", page: int = 1, size: int = PAGE_SIZE
) -> Listing:
    """One page of a category (its slug; children included) or of the whole shop. Three queries at any size."""
    filters = filters or Filters()
    if category:
        filters = replace(filters, category=(category,))
    sort = sort if sort in SORTS else "new"
    total, facets = _count(filters)
    pages = max(1, -(-total // size))
    products = _in_order(filters, sort)[(page - 1) * size : page * size] if 1 <= page <= pages else []
    return Listing([_card(product, filters) for product in products], total, page, pages, sort, facets)


def newest(count: int, *, category: str = "", without: str = "") -> list[dict[str, Any]]:
    """Cards of what came last and can be bought, new releases first. Two queries."""
    filters = Filters(category=(category,) if category else (), in_stock=True)
    products = _in_order(filters, "new").exclude(slug=without).order_by("-is_new", "-publish_at", "-id")
    return [_card(product, filters) for product in products[:count]]


def category_tiles() -> list[dict[str, Any]]:
    """`navigation`, each with a picture of its newest product. Two queries."""
    of_category = Image.objects.filter(
        state=Image.State.READY, variant__product__in=Product.objects.on_sale().order_by()
    )
    newest_first = of_category.annotate(slug=F("variant__product__category__slug")).order_by(
        "slug", "-variant__product__publish_at", "-variant__product_id", "-is_primary", "position", "id"
    )
    pictures = {image.slug: picture(image) for image in newest_first.distinct("slug")}
    return [{**category, "image": pictures.get(category["slug"])} for category in navigation()]


def _sizes(filters: Filters) -> QuerySet[VariantSize]:
    """The sizes that answer every filter at once, so that "black, M, in stock" is one thing that can be bought."""
    sizes = VariantSize.objects.filter(
        active=True, variant__active=True, variant__product__in=Product.objects.on_sale().order_by()
    )
    if filters.category:
        sizes = sizes.filter(
            Q(variant__product__category__slug__in=filters.category)
            | Q(variant__product__category__parent__slug__in=filters.category)
        )
    if filters.colour:
        sizes = sizes.filter(variant__colour__slug__in=filters.colour)
    if filters.size:
        sizes = sizes.filter(size__name__in=filters.size)
    if filters.gender:
        sizes = sizes.filter(variant__product__gender__in=filters.gender)
    if filters.in_stock:
        sizes = sizes.filter(on_hand__gt=F("reserved"))
    if filters.new:
        sizes = sizes.filter(variant__product__is_new=True)
    return _matching(_priced(sizes, filters), filters.query)


def _priced(sizes: QuerySet[VariantSize], filters: Filters) -> QuerySet[VariantSize]:
    sizes = sizes.alias(price=PRICE)
    if filters.min_price is not None:
        sizes = sizes.filter(price__gte=filters.min_price)
    if filters.max_price is not None:
        sizes = sizes.filter(price__lte=filters.max_price)
    return sizes


def _matching(sizes: QuerySet[VariantSize], query: str) -> QuerySet[VariantSize]:
    """Every word must occur in the name, the category, the colour or the description."""
    for word in query.split():
        sizes = sizes.filter(
            Q(variant__product__name__icontains=word)
            | Q(variant__product__category__name__icontains=word)
            | Q(variant__colour__name__icontains=word)
            | Q(variant__product__description__icontains=word)
        )
    return sizes


def _count(filters: Filters) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """The total, and the counts of every facet, each as if its own kind were not filtered. One query."""
    products = Count("variant__product", distinct=True)
    parts = [
        _sizes(filters).order_by().values_list(Value("total"), Value(""), Value(""), Value(0)).annotate(n=products)
    ]
    for kind, columns in FACETS.items():
        without: dict[str, Any] = {kind: ()}
        sizes = _sizes(replace(filters, **without))
        parts.append(sizes.order_by().values_list(Value(kind), *columns).annotate(n=products))
    total = 0
    found: dict[str, list[tuple[int, str, str, int]]] = {kind: [] for kind in FACETS}
    for kind, value, name, position, count in parts[0].union(*parts[1:], all=True):
        if kind == "total":
            total = count
        else:
            found[kind].append((position, value, name, count))
    return total, {kind: [_facet(kind, row, filters) for row in sorted(rows)] for kind, rows in found.items()}


def _facet(kind: str, row: tuple[int, str, str, int], filters: Filters) -> dict[str, Any]:
    _, value, name, count = row
    name, _, colour_hex = name.partition("|")
    chosen = value in getattr(filters, kind)
    facet = {"value": value, "name": name.capitalize() if kind == "gender" else name, "count": count, "chosen": chosen}
    return {**facet, "hex": colour_hex} if kind == "colour" else facet


def _in_order(filters: Filters, sort: str) -> QuerySet[Product]:
    """The products that have a size which answers the filters; those that can be bought come first."""
    of_product = VariantSize.objects.filter(variant__product=OuterRef("pk"), active=True, variant__active=True)
    prices = of_product.order_by().values("variant__product")
    return (
        Product.objects.filter(Exists(_sizes(filters).filter(variant__product=OuterRef("pk"))))
        .annotate(
            sellable=Exists(of_product.filter(on_hand__gt=F("reserved")), output_field=BooleanField()),
            lowest=Subquery(prices.annotate(price=Min(PRICE)).values("price")),
            highest=Subquery(prices.annotate(price=Max(PRICE)).values("price")),
        )
        .order_by("-sellable", *SORTS[sort][1])
        .prefetch_related(_variants())
    )


def _variants() -> "Prefetch[str, QuerySet[Variant], str]":
    """The colours of each product, with their first picture beside them: one query for all cards."""
    pictures = Image.objects.filter(variant=OuterRef("pk"), state=Image.State.READY)
    data = JSONObject(**{name: name for name in ("alt", "width", "height", "is_illustration", "renditions")})
    first = Subquery(pictures.order_by("-is_primary", "position", "id").values(data=data)[:1])
    variants = Variant.objects.filter(active=True, sizes__active=True).distinct().select_related("colour")
    return Prefetch("variants", variants.annotate(first_image=first))


def _card(product: Any, filters: Filters) -> dict[str, Any]:
    variants = list(product.variants.all())
    # Who filtered by a colour sees the product in that colour.
    shown = next((variant for variant in variants if variant.colour.slug in filters.colour), None)
    images = [variant.first_image for variant in ([shown] if shown else variants) if variant.first_image]
    url = product.get_absolute_url()
    return {
        "slug": product.slug,
        "name": product.name,
        "url": f"{url}?colour={shown.colour.slug}" if shown else url,
        "price_from": Money(product.lowest).json(),
        "price_varies": product.lowest != product.highest,
        "in_stock": product.sellable,
        "is_new": product.is_new,
        "colours": [_colour(variant) for variant in variants],
        "image": picture(Image(**images[0])) if images else None,
    }


def _colour(variant: Variant) -> Mapping[str, str]:
    return {"name": variant.colour.name, "slug": variant.colour.slug, "hex": variant.colour.hex}

"""Products as lists show them, as plain data."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from catalog.filters import Filters
from catalog.models import Image, ListingRow, Product, Variant, VariantSize
from catalog.pictures import COLUMNS, picture
from catalog.pricing import higher
from catalog.ratings import stars_of
from core.prepared import Given, IsOneOf, Prepared


def loaded(rows: QuerySet[ListingRow]) -> QuerySet[ListingRow]:
    """With all that a card shows of the product itself."""
    return rows.select_related("product").defer("tags", "search", "words", "product__description")


def image_data() -> JSONObject:
    """What catalog.pictures.picture needs of an image, for a subquery: `picture(Image(**data))`."""
    return JSONObject(**{column: column for column in COLUMNS})


def cards_of(rows: Iterable[ListingRow], filters: Filters) -> list[dict[str, Any]]:
    """Needs rows that are `loaded`. One query more, for their colours and pictures, where there are any."""
    rows = list(rows)
    if not rows:
        return []
    colours = _colours([row.product_id for row in rows])
    return [_card(row, row.product, colours.get(row.product_id, []), filters) for row in rows]


def _colours(products: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The colours of each product (its id) in their order, with their first picture's data."""
    found: dict[int, list[dict[str, Any]]] = {}
    for variant in _COLOURS.all(products=list(products)):
        colour = variant.colour
        data = {"name": colour.name, "slug": colour.slug, "hex": colour.hex, "image": variant.image}  # type: ignore[attr-defined]
        found.setdefault(variant.product_id, []).append(data)
    return found


def _shown() -> QuerySet[Variant]:
    pictures = Image.objects.filter(variant=OuterRef("pk"), state=Image.State.READY)
    first = Subquery(pictures.order_by("-is_primary", "position", "id").values(data=image_data())[:1])
    sold = Exists(VariantSize.objects.filter(variant=OuterRef("pk"), active=True))
    shown = Variant.objects.filter(sold, IsOneOf("product_id", Given("products")), active=True)
    columns = shown.select_related("colour").only("product_id", "colour__name", "colour__slug", "colour__hex")
    return columns.annotate(image=first).order_by("position", "pk")


_COLOURS = Prepared(_shown)


def _card(row: ListingRow, product: Product, colours: list[dict[str, Any]], filters: Filters) -> dict[str, Any]:
    # Who filtered by a colour sees the product in that colour.
    shown = next((colour for colour in colours if colour["slug"] in filters.colour), None)
    image = next((colour["image"] for colour in ([shown] if shown else colours) if colour["image"]), None)
    url = product.get_absolute_url()
    prices = filters.prices
    now = prices.of_product(row.lowest_kobo, product)
    former = higher(prices.of_product(row.compare_at_kobo, product), now) if row.compare_at_kobo else None
    lowest = prices.of_product(row.lowest_before_kobo, product) if row.lowest_before_kobo else None
    return {
        "slug": product.slug,
        "name": product.name,
        "url": f"{url}?colour={shown['slug']}" if shown else url,
        "price_from": prices.told(now, row.lowest_kobo),
        "price_varies": row.lowest_kobo != row.highest_kobo,
        "compare_at": former.json() if former else None,
        "lowest_30_days": lowest.json() if lowest and former else None,
        "in_stock": not row.sold_out,
        "is_new": row.is_new,
        "rating": stars_of(product),
        "colours": [{name: colour[name] for name in ("name", "slug", "hex")} for colour in colours],
        "image": picture(Image(**image)) if image else None,
    }

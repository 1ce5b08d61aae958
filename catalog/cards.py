"""Products as lists show them, as plain data."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import JSONObject

from catalog.filters import Filters
from catalog.models import Image, ListingRow, Product, Variant
from catalog.pictures import COLUMNS, picture
from catalog.ratings import stars_of
from core.money import Money


def loaded(rows: QuerySet[ListingRow]) -> QuerySet[ListingRow]:
    """With all that a card shows: one query for the rows and one for their colours and pictures."""
    return (
        rows.select_related("product")
        .defer("tags", "search", "words", "product__description")
        .prefetch_related(_variants())
    )


def _variants() -> "Prefetch[str, QuerySet[Variant], str]":
    """The colours of each product, with their first picture beside them."""
    pictures = Image.objects.filter(variant=OuterRef("pk"), state=Image.State.READY)
    first = Subquery(pictures.order_by("-is_primary", "position", "id").values(data=image_data())[:1])
    variants = Variant.objects.filter(active=True, sizes__active=True).distinct().select_related("colour")
    return Prefetch("product__variants", variants.annotate(first_image=first))


def image_data() -> JSONObject:
    """What catalog.pictures.picture needs of an image, for a subquery: `picture(Image(**data))`."""
    return JSONObject(**{column: column for column in COLUMNS})


def cards_of(rows: Iterable[ListingRow], filters: Filters) -> list[dict[str, Any]]:
    """Needs rows that are `loaded`."""
    return [_card(row, row.product, filters) for row in rows]


def _card(row: ListingRow, product: Product, filters: Filters) -> dict[str, Any]:
    variants: list[Any] = list(product.variants.all())
    # Who filtered by a colour sees the product in that colour.
    shown = next((variant for variant in variants if variant.colour.slug in filters.colour), None)
    images = [variant.first_image for variant in ([shown] if shown else variants) if variant.first_image]
    url = product.get_absolute_url()
    return {
        "slug": product.slug,
        "name": product.name,
        "url": f"{url}?colour={shown.colour.slug}" if shown else url,
        "price_from": Money(row.lowest_kobo).json(),
        "price_varies": row.lowest_kobo != row.highest_kobo,
        "compare_at": _json(row.compare_at_kobo),
        "lowest_30_days": _json(row.lowest_before_kobo if row.compare_at_kobo else None),
        "in_stock": not row.sold_out,
        "is_new": row.is_new,
        "rating": stars_of(product),
        "colours": [_colour(variant) for variant in variants],
        "image": picture(Image(**images[0])) if images else None,
    }


def _colour(variant: Variant) -> Mapping[str, str]:
    return {"name": variant.colour.name, "slug": variant.colour.slug, "hex": variant.colour.hex}


def _json(kobo: int | None) -> dict[str, int | str] | None:
    return Money(kobo).json() if kobo else None

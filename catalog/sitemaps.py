"""The shop for search engines: an index, and files of a few thousand addresses each, whatever the shop's size."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast

from catalog.cards import image_data
from catalog.models import Bundle, Category, Image, ListingRow
from catalog.pictures import picture, source_of

PRODUCTS_EACH = 2_000
PICTURE_WIDTH = 1080


def numbers() -> list[int]:
    """The files of products that are not empty. A product stays in its file for ever: files go by its id. One query."""
    number = Cast((F("product_id") - 1) / PRODUCTS_EACH, IntegerField())
    return sorted(ListingRow.objects.annotate(number=number).values_list("number", flat=True).distinct())


def products(number: int) -> Iterator[dict[str, Any]]:
    """Address, day of the last change and picture of every product of one file. One query, and no OFFSET."""
    pictures = Image.objects.filter(variant__product=OuterRef("product_id"), state=Image.State.READY)
    first = Subquery(pictures.order_by("-is_primary", "position", "id").values(data=image_data())[:1])
    rows = ListingRow.objects.filter(
        product_id__gt=number * PRODUCTS_EACH, product_id__lte=(number + 1) * PRODUCTS_EACH
    )
    for row in rows.select_related("product").only("product__slug", "product__updated_at").annotate(image=first):
        image = picture(Image(**row.image)) if row.image else None
        yield {
            "url": row.product.get_absolute_url(),
            "changed": row.product.updated_at.date().isoformat(),
            "image": source_of(image, PICTURE_WIDTH),
        }


def others() -> list[dict[str, Any]]:
    """Categories that have something to show, and bundles. Two queries."""
    filled = ListingRow.objects.values("category").union(ListingRow.objects.values("department"))
    categories = Category.objects.shown().filter(pk__in=[row["category"] for row in filled])
    bundles = Bundle.objects.filter(active=True)
    return [
        *({"url": category.get_absolute_url()} for category in categories),
        *({"url": one.get_absolute_url(), "changed": one.updated_at.date().isoformat()} for one in bundles),
    ]

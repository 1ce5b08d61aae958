"""What stands in the catalogue, in the words of a sheet: what exports write, and what imports are compared with."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from catalog.models import Product, VariantSize
from catalog.sheets import cells

# What the cells are made of: a name to know it by, and where it is found from a product, or from a size.
OF_PRODUCT = {
    "product": "pk",
    "product_slug": "slug",
    "name": "name",
    "category": "category__slug",
    "gender": "gender",
    "description": "description",
    "fabric": "fabric",
    "care": "care",
    "base_price_kobo": "base_price_kobo",
    "usd_price_cents": "usd_price_cents",
    "is_new": "is_new",
    "active": "active",
    "publish_at": "publish_at",
    "unpublish_at": "unpublish_at",
}
OF_SIZE = {
    "pk": "pk",
    "sku": "sku",
    "colour": "variant__colour__name",
    "size": "size__name",
    "colour_id": "variant__colour_id",
    "size_id": "size_id",
    "price_kobo": "price_kobo",
    "on_hand": "on_hand",
    "reserved": "reserved",
    "low_stock_threshold": "low_stock_threshold",
    **{name: f"variant__product__{path}" for name, path in OF_PRODUCT.items()},
}


def products(chosen: QuerySet[Product]) -> Iterator[dict[str, Any]]:
    for values in chosen.order_by().values_list(*OF_PRODUCT.values()):
        yield dict(zip(OF_PRODUCT, values, strict=True))


def sizes(chosen: QuerySet[VariantSize]) -> Iterator[dict[str, Any]]:
    """With all of their products, the sizes of a product together. Read in pieces, so that the whole catalogue fits."""
    together = chosen.order_by("variant__product__slug", "variant__position", "variant_id", "size__position", "pk")
    for values in together.values_list(*OF_SIZE.values()).iterator(chunk_size=2000):
        yield dict(zip(OF_SIZE, values, strict=True))


def product_cells(values: dict[str, Any]) -> dict[str, str]:
    return {
        "product_slug": values["product_slug"],
        "name": cells.show_text(values["name"]),
        "category": values["category"],
        "gender": values["gender"],
        "description": cells.show_text(values["description"]),
        "fabric": cells.show_text(values["fabric"]),
        "care": cells.show_text(values["care"]),
        "price_naira": cells.show_price(values["base_price_kobo"]),
        "price_usd": cells.show_price(values["usd_price_cents"]),
        "is_new": cells.show_yes_no(values["is_new"]),
        "active": cells.show_yes_no(values["active"]),
        "publish_on": cells.show_day(values["publish_at"]),
    }


def size_cells(values: dict[str, Any]) -> dict[str, str]:
    return {
        "colour": cells.show_text(values["colour"]),
        "size": cells.show_text(values["size"]),
        "sku": cells.show_text(values["sku"]),
        "size_price_naira": cells.show_price(values["price_kobo"]),
        "on_hand": str(values["on_hand"]),
        "reserved": str(values["reserved"]),
        "low_stock_threshold": str(values["low_stock_threshold"]),
    }

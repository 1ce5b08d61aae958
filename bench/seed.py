"""A catalogue of products in 4 colours and 6 sizes with 5 pictures of each colour.

The demo shop is made for eyes and changes with them; figures can only be compared over the same rows.
"""

import json
import sys
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from catalog import freshness, stock
from catalog.models import (
    Bundle,
    Category,
    Colour,
    Image,
    Product,
    Size,
    StockMovement,
    Variant,
    VariantSize,
)
from orders.models import Zone, ZoneArea

COLOURS = {"Black": "#1E1E1E", "White": "#FFFFFF", "Navy": "#1B2A49", "Olive": "#5A6B3B"}
SIZES = ("XS", "S", "M", "L", "XL", "2XL")
CATEGORIES = ("Briefs", "Gymwear", "Sets", "Loungewear", "Bras")
PICTURES = 5
WIDTHS = ("360", "720", "1080")
ENOUGH = 1_000_000
# One statement sets the stock of so many sizes.
AT_ONCE = 500


def main(count: int) -> None:
    """Prints, as JSON, the slugs of the products and the sizes' SKUs with their ids."""
    with transaction.atomic():
        json.dump(seed(count), sys.stdout)


def seed(count: int) -> dict[str, object]:
    products = _products(count)
    variants = _variants(products)
    Image.objects.bulk_create([image for variant in variants for image in _images(variant)])
    sizes = _sizes(variants)
    for start in range(0, len(sizes), AT_ONCE):
        counts = {size.pk: ENOUGH for size in sizes[start : start + AT_ONCE]}
        stock.set_counts(counts, StockMovement.Reason.RECEIVED)
    for position in range(3):
        bundle = Bundle.objects.create(
            name=f"Any {position + 2} pieces",
            slug=f"any-{position + 2}",
            price_kobo=1_500_000,
            pieces=position + 2,
            position=position,
        )
        bundle.eligible.set(products)
    zone = Zone.objects.create(name="Lagos", slug="lagos", fee_kobo=400_000, min_days=1, max_days=3)
    ZoneArea.objects.create(zone=zone, country="NG", state="Lagos")
    freshness.catch_up()  # as the timetable does within seconds
    return {"slugs": [product.slug for product in products], "sizes": {size.sku: size.pk for size in sizes}}


def leave(sku: str, pieces: int) -> None:
    """So many are left of a size to sell."""
    with transaction.atomic():
        size = VariantSize.objects.get(sku=sku)
        stock.set_counts({size.pk: size.reserved + pieces}, StockMovement.Reason.COUNT)


def _products(count: int) -> list[Product]:
    categories = [
        Category.objects.create(name=name, slug=name.lower(), position=position)
        for position, name in enumerate(CATEGORIES)
    ]
    now = timezone.now()
    return Product.objects.bulk_create(
        Product(
            name=f"Everyday Piece {number}",
            slug=f"everyday-piece-{number}",
            description="Soft, breathable cotton with a flat seam that does not show. " * 6,
            category=categories[number % len(categories)],
            gender=Product.Gender.values[number % 3],
            fabric="95 % cotton, 5 % elastane",
            care="Machine wash at 30 degrees, dry in the shade.",
            base_price_kobo=500_000 + number % 40 * 10_000,
            is_new=number % 10 == 0,
            publish_at=now - timedelta(minutes=number),
        )
        for number in range(count)
    )


def _variants(products: list[Product]) -> list[Variant]:
    colours = [
        Colour.objects.create(name=name, slug=name.lower(), hex=value, position=position)
        for position, (name, value) in enumerate(COLOURS.items())
    ]
    return Variant.objects.bulk_create(
        Variant(
            product=product, colour=colour, sku=f"BEN-{product.pk:05d}-{colour.name[:3].upper()}", position=position
        )
        for product in products
        for position, colour in enumerate(colours)
    )


def _sizes(variants: list[Variant]) -> list[VariantSize]:
    sizes = [Size.objects.create(name=name, position=position) for position, name in enumerate(SIZES)]
    return VariantSize.objects.bulk_create(
        VariantSize(variant=variant, size=size, sku=f"{variant.sku}-{size.name}")
        for variant in variants
        for size in sizes
    )


def _images(variant: Variant) -> list[Image]:
    return [
        Image(
            variant=variant,
            position=position,
            alt=f"{variant.sku} from side {position + 1}",
            is_primary=position == 0,
            state=Image.State.READY,
            width=1080,
            height=1350,
            renditions={
                kind: {width: f"renditions/{variant.pk:04x}/{position}-{width}.{kind}" for width in WIDTHS}
                for kind in ("avif", "webp", "jpeg")
            },
        )
        for position in range(PICTURES)
    ]

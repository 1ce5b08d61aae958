"""So much off these products: computed and looked at first, then written whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from catalog.models import Sale, SalePrice, VariantSize
from catalog.models.prices import sale_ends_at, sale_name
from catalog.pricing import price_of, regular_price_of
from core.errors import Conflict, NotFound, ShopError
from core.money import Money
from core.transactions import in_transaction

PRODUCTS_MAX = 500


@dataclass(frozen=True)
class PlannedPrice:
    """One price to be. `size_id` is None where all sizes of the product cost the same."""

    product_id: int
    size_id: int | None
    name: str
    regular: Money
    price: Money


@dataclass(frozen=True)
class Origin:
    """What some sizes of a product cost now, and by which sale; `sale` is empty for the regular price."""

    price: Money
    skus: list[str]
    sale: str
    ends_at: datetime | None


def lowered(amount: int, basis_points: int) -> int:
    """So many hundredths of a per cent off an amount of kobo, in whole naira; half a naira is rounded up."""
    return (amount * (10_000 - basis_points) + 500_000) // 1_000_000 * 100


def preview(products: Sequence[int], basis_points: int) -> list[PlannedPrice]:
    """What so much off would make of these products (ids). Writes nothing. Two queries.

    One price for a product whose sizes cost the same, else one for each size: a price for the whole product would
    lower the dearer sizes by more than was meant. Raises ShopError naming `percent` or `products`.
    """
    if not 0 < basis_points < 10_000:
        raise ShopError("Take off more than 0 and less than 100 %.", field="percent")
    if not 0 < len(set(products)) <= PRODUCTS_MAX:
        raise ShopError(f"Choose 1 to {PRODUCTS_MAX} products at a time.", field="products")
    sizes = (
        VariantSize.objects.priced()
        .filter(variant__product__in=products)
        .select_related("variant__product", "variant__colour", "size")
        .order_by("variant__product__name", "variant__product_id", "variant__position", "size__position", "pk")
    )
    planned: list[PlannedPrice] = []
    for _, rows in groupby(sizes, key=lambda size: size.variant.product_id):
        planned += _of_product(list(rows), basis_points)
    if nothing := [each.name for each in planned if not each.price]:
        raise ShopError(f"{nothing[0]} would cost ₦0. Take off less.", field="percent")
    return planned


def fingerprint(planned: Sequence[PlannedPrice]) -> str:
    """Says whether two previews are the same."""
    figures = ";".join(f"{each.product_id},{each.size_id},{each.price.amount}" for each in planned)
    return hashlib.blake2b(figures.encode(), digest_size=16).hexdigest()


@in_transaction
def apply(sale_id: int, products: Sequence[int], basis_points: int, seen: str) -> int:
    """Writes what was previewed into a sale, in place of what it said of these products. Returns how many prices.

    `seen` is the preview's fingerprint. Locks the sale. Raises Conflict where the preview would be another one by now,
    NotFound for no such sale, and what `preview` raises; nothing is changed then. Harmless twice.
    """
    sale = Sale.objects.select_for_update(no_key=True).filter(pk=sale_id).first()
    if sale is None:
        raise NotFound("There is no such sale. It may have been deleted meanwhile.", field="sale")
    planned = preview(products, basis_points)
    if fingerprint(planned) != seen:
        raise Conflict("Prices changed since you looked. Look at the new figures, and apply those.", field="percent")
    SalePrice.objects.filter(sale=sale, product__in=products).delete()
    SalePrice.objects.bulk_create(
        SalePrice(sale=sale, product_id=each.product_id, variant_size_id=each.size_id, price_kobo=each.price.amount)
        for each in planned
    )
    return len(planned)


def origins(product_id: int) -> list[Origin]:
    """What a product's sizes cost now and why, the lowest price first. One query."""
    sizes = (
        VariantSize.objects.priced()
        .filter(variant__product=product_id)
        .annotate(sale_ends_at=sale_ends_at(), sale_name=sale_name())
        .order_by("variant__position", "size__position", "pk")
    )
    found: dict[tuple[Money, str, datetime | None], list[str]] = {}
    rows: list[Any] = sorted(sizes, key=price_of)
    for size in rows:
        is_lowered = price_of(size) < regular_price_of(size)
        key = (price_of(size), size.sale_name if is_lowered else "", size.sale_ends_at if is_lowered else None)
        found.setdefault(key, []).append(size.sku)
    return [Origin(price, skus, sale, ends_at) for (price, sale, ends_at), skus in found.items()]


def _of_product(sizes: list[VariantSize], basis_points: int) -> list[PlannedPrice]:
    product = sizes[0].variant.product
    regular = {regular_price_of(size) for size in sizes}
    if len(regular) == 1:
        (price,) = regular
        return [PlannedPrice(product.pk, None, product.name, price, _off(price, basis_points))]
    return [
        PlannedPrice(
            product.pk,
            size.pk,
            f"{product.name} in {size.variant.colour.name}, {size.size.name}",
            regular_price_of(size),
            _off(regular_price_of(size), basis_points),
        )
        for size in sizes
    ]


def _off(price: Money, basis_points: int) -> Money:
    return Money(lowered(price.amount, basis_points), price.currency)

"""Which sizes a piece may be exchanged for: of the same product, at the same price, and in stock."""

from django.db.models import QuerySet

from catalog.models import VariantSize
from catalog.pricing import price_of
from core.errors import ShopError
from core.money import Money
from orders.models import Origin


def instead_of(piece: Origin, quantity: int = 1) -> list[VariantSize]:
    """All that `chosen` takes for so many of a piece, in any colour. One query."""
    size = piece.comes_back
    sizes = list(_of_product(size).select_related("variant__colour", "size").order_by("variant", "size__position"))
    price = _price_today(size, sizes)
    others = (other for other in sizes if other.pk != size.pk and other.active and other.available >= quantity)
    return [other for other in others if price_of(other) == price]


def in_its_colour(piece: Origin) -> list[VariantSize]:
    """Those that a customer chooses from. One query."""
    return [other for other in instead_of(piece) if other.variant_id == piece.comes_back.variant_id]


def chosen(piece: Origin, sku: str, quantity: int) -> VariantSize:
    """Raises ShopError where it is none, costs something else or is sold out."""
    size = piece.comes_back
    sizes = list(_of_product(size))
    wanted = next((other for other in sizes if other.sku == sku and other.active), None)
    if wanted is None and not instead_of(piece, quantity):
        raise ShopError(
            f"There is no other size of {piece.order_line.name} to exchange it for now: choose your money.",
            code="no_other_size",
            field=f"line_{piece.key}",
        )
    if wanted is None or wanted.pk == size.pk:
        raise ShopError("Choose the size that you want instead.", code="no_such_size", field=f"size_{piece.key}")
    if price_of(wanted) != _price_today(size, sizes):
        raise ShopError(
            "That size costs something else. Send this one back for your money and order that one.",
            code="other_price",
            field=f"size_{piece.key}",
        )
    if wanted.available < quantity:
        raise ShopError(
            "That size is sold out. Choose another, or your money.", code="out_of_stock", field=f"size_{piece.key}"
        )
    return wanted


def _price_today(size: VariantSize, sizes: list[VariantSize]) -> Money:
    """Of the size that comes back, also where it is sold no longer."""
    return price_of(next(other for other in sizes if other.pk == size.pk))


def _of_product(size: VariantSize) -> "QuerySet[VariantSize]":
    """All of the same product, priced; also those that are sold no longer."""
    return VariantSize.objects.priced().filter(variant__product=size.variant.product_id)

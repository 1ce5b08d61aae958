"""The price of a size is one function: page, bag, order, JSON-LD and API all show what it returns."""

from catalog.models import VariantSize
from core.money import Money


def price_of(size: VariantSize) -> Money:
    """In kobo: the size's own price, else its product's. Needs `variant.product` loaded; runs no query then."""
    return Money(size.price_kobo or size.variant.product.base_price_kobo)

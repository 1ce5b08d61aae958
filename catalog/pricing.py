"""The price of a size is one function: page, bag, order, JSON-LD and API all show what it returns.

The rule itself is one expression of the database (catalog.models.prices), so that it goes by the database's clock and
costs no query more. Here it is read from sizes that were loaded with it.
"""

from datetime import datetime
from typing import Any

from catalog.currencies import NAIRA, Prices
from catalog.models import VariantSize
from core.money import Money


class PriceNotLoaded(RuntimeError):
    """A mistake of a programmer, told before a customer sees a price without its sale."""

    def __init__(self, size: VariantSize) -> None:
        super().__init__(f"{size.sku} was loaded without its price. Load it with VariantSize.objects.priced().")


def price_of(size: VariantSize, prices: Prices = NAIRA) -> Money:
    """What it costs now, sales included. Raises PriceNotLoaded for a size that is not `priced()`.

    In another currency than naira it needs `variant.product` loaded, as the rest here does.
    """
    return _in(prices, size, _loaded(size, "price_now"))


def regular_price_of(size: VariantSize) -> Money:
    """What it costs without any sale. Raises PriceNotLoaded for a size that is not `priced()`."""
    return Money(_loaded(size, "price_regular"))


def compare_at(size: VariantSize, prices: Prices = NAIRA) -> Money | None:
    """The former price to strike through: what staff entered for the product, else the regular price of a sale.

    None where it is not above the present price. Needs `variant.product` loaded; the same rule as
    catalog.models.prices.compare_at_price, which lists use.
    """
    now, regular = _loaded(size, "price_now"), _loaded(size, "price_regular")
    entered = size.variant.product.compare_at_kobo
    former = entered if entered is not None and entered > now else regular
    return higher(_in(prices, size, former), _in(prices, size, now))


def higher(former: Money, now: Money) -> Money | None:
    """A former price as long as it is above the present one: rounding may have made them the same."""
    return former if former > now else None


def lowest_30_days(size: VariantSize, prices: Prices = NAIRA) -> Money | None:
    """The lowest price of the 30 days before the present one, to be told wherever a former price is shown.

    None where no former price is shown, or none was recorded. Needs a size that is `priced_with_history()`.
    """
    lowest = _loaded(size, "lowest_before_kobo")
    return _in(prices, size, lowest) if lowest is not None and compare_at(size, prices) else None


def sale_end(size: VariantSize) -> datetime | None:
    """When the sale that lowers its price ends; None without one. Needs a size that is `priced_with_history()`."""
    ends: datetime | None = _loaded(size, "sale_ends_at")
    return ends if price_of(size) < regular_price_of(size) else None


def _in(prices: Prices, size: VariantSize, kobo: int) -> Money:
    return Money(kobo) if prices.naira is None else prices.of_product(kobo, size.variant.product)


def _loaded(size: VariantSize, name: str) -> Any:
    try:
        return size.__dict__[name]
    except KeyError:
        raise PriceNotLoaded(size) from None

"""Where a fixed dollar price or fee has strayed from what the rate in force makes of its naira."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Concat

from catalog import currencies
from catalog.currencies import CurrencyNotSupported, Prices
from catalog.models import Bundle, Product
from core.money import Money
from orders.models import DeliveryMethod, Zone


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed price beside the converted one. `percent` is how much dearer (or, negative, cheaper) it is."""

    kind: str
    pk: int
    name: str
    naira: Money
    fixed: Money
    converted: Money

    @property
    def percent(self) -> float:
        return 100 * (self.fixed.amount / self.converted.amount - 1) if self.converted else 0.0

    @property
    def has_strayed(self) -> bool:
        return abs(self.percent) >= settings.USD_DRIFT_PERCENT


def board(currency: str = "USD") -> list[Fixed]:
    """Everything that is on sale with a fixed price, the furthest astray first. Empty where there is no rate. Five
    queries."""
    try:
        prices = currencies.shown(currency)
    except CurrencyNotSupported:
        return []
    products = Product.objects.on_sale().filter(usd_price_cents__isnull=False).order_by("name")
    bundles = Bundle.objects.filter(active=True, usd_price_cents__isnull=False)
    zones = Zone.objects.filter(active=True, usd_fee_cents__isnull=False)
    methods = DeliveryMethod.objects.filter(active=True, zone__active=True, usd_fee_cents__isnull=False)
    named = Concat("zone__name", Value(", "), "name")
    rows = [
        *_rows("product", products.values_list("pk", "name", "base_price_kobo", "usd_price_cents"), prices),
        *_rows("bundle", bundles.values_list("pk", "name", "price_kobo", "usd_price_cents"), prices),
        *_rows("zone", methods.values_list("zone_id", named, "fee_kobo", "usd_fee_cents"), prices),
        *_rows("zone", zones.values_list("pk", "name", "fee_kobo", "usd_fee_cents"), prices),
    ]
    return sorted(rows, key=lambda row: -abs(row.percent))


def strayed(currency: str = "USD") -> list[Fixed]:
    return [row for row in board(currency) if row.has_strayed]


def _rows(kind: str, values: Iterable[tuple[int, str, int | None, Any]], prices: Prices) -> list[Fixed]:
    """A zone without naira has no dollars either."""
    return [
        Fixed(kind, pk, name, Money(kobo), Money(cents, prices.currency), prices.exactly(kobo))
        for pk, name, kobo, cents in values
        if kobo is not None
    ]

"""Prices in the currency that somebody chose: naira as staff wrote them, or dollars, fixed or by the day's rate.

Amounts are converted one by one: a line costs its quantity times what its page said.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from catalog.models import Bundle, ExchangeRate, Product
from core import switches
from core.errors import ShopError
from core.money import SIGNS, Money
from core.prepared import Given, Prepared

_IN_FORCE = Prepared(
    lambda: ExchangeRate.objects.filter(currency=Given("currency"), starts_at__lte=Now()).order_by("-starts_at")[:1]
)


class CurrencyNotSupported(ShopError):
    code = "currency_not_supported"


@dataclass(frozen=True, slots=True)
class Prices:
    """One currency at one moment. `naira` is what a unit of it is worth; None for naira itself.

    `is_charged` is False for what is only shown: beside it stands the naira amount that is charged.
    """

    currency: str = settings.BASE_CURRENCY
    naira: Decimal | None = None
    round_up_to: int = 1
    since: datetime | None = None
    is_charged: bool = True

    @property
    def sign(self) -> str:
        return SIGNS[self.currency]

    @property
    def name(self) -> str:
        """Of these prices, for what is kept by name: another rate has another. Naira have none."""
        return "" if self.naira is None else f"{self.currency}@{self.since}/{self.is_charged}/"

    def of(self, kobo: int, fixed: int | None = None) -> Money:
        """A price or a fee: `fixed` where staff wrote one in this currency, else converted and rounded up."""
        if self.naira is None:
            return Money(kobo)
        if fixed is not None:
            return Money(fixed, self.currency)
        steps = (Decimal(kobo) / self.naira / self.round_up_to).to_integral_value(ROUND_CEILING)
        return Money(int(steps) * self.round_up_to, self.currency)

    def of_product(self, kobo: int, product: Product) -> Money:
        """What costs so much of a product. Its fixed price is of the base price: what differs from that in naira, a
        larger size or a sale, differs by the same share."""
        fixed = product.usd_price_cents if self.naira is not None else None
        if fixed is None:
            return self.of(kobo)
        return self.of(kobo, max(1, (2 * fixed * kobo + product.base_price_kobo) // (2 * product.base_price_kobo)))

    def of_bundle(self, bundle: Bundle) -> Money:
        return self.of(bundle.price_kobo, bundle.usd_price_cents)

    def in_kobo(self, amount: int) -> int:
        """What an amount of it is in kobo, by the rate."""
        return amount if self.naira is None else int(amount * self.naira)

    def shown_as_less(self, amount: int) -> int:
        """Up to how many kobo a converted price is shown as less than `amount`."""
        steps = -(-amount // self.round_up_to) - 1
        return self.in_kobo(steps * self.round_up_to)

    def shown_as_no_more(self, amount: int) -> int:
        """Up to how many kobo a converted price is shown as `amount` or less."""
        return self.in_kobo(amount // self.round_up_to * self.round_up_to)

    def told(self, price: Money, kobo: int) -> dict[str, Any]:
        """A price as plain data for pages and the API; `charged` is beside it where it is only about that much."""
        return price.json() if self.is_charged else {**price.json(), "charged": Money(kobo).json()}

    def exactly(self, kobo: int) -> Money:
        """An amount that is no price (a discount, a threshold): to the nearest cent, half rounded up."""
        if self.naira is None:
            return Money(kobo)
        return Money(int((Decimal(kobo) / self.naira).to_integral_value(ROUND_HALF_UP)), self.currency)


NAIRA = Prices()


def shown(currency: str) -> Prices:
    """Prices to look at. No query for naira, one for another currency. Raises CurrencyNotSupported for one that the
    shop does not know, or has no rate for."""
    if currency == settings.BASE_CURRENCY:
        return NAIRA
    rate = _IN_FORCE.first(currency=currency) if currency in settings.CURRENCIES else None
    if rate is None:
        raise CurrencyNotSupported(
            f"The shop has no prices in {currency[:3]}. Send {settings.BASE_CURRENCY}.", field="currency"
        )
    return Prices(rate.currency, rate.naira, rate.round_up_to, rate.starts_at, is_charged(currency))


def shown_or_naira(currency: str) -> Prices:
    """The same for pages, which show naira where the chosen currency has no rate."""
    try:
        return shown(currency)
    except CurrencyNotSupported:
        return NAIRA


def charged(currency: str) -> Prices:
    """Prices to pay. Raises CurrencyNotSupported also for a currency that the Paystack account does not take."""
    if currency != settings.BASE_CURRENCY and not is_charged(currency):
        raise CurrencyNotSupported("The shop charges in naira. Send NGN.", field="currency")
    return shown(currency)


def is_charged(currency: str) -> bool:
    """Whether orders can be paid in it: the setting says what the account takes, a switch stops all but naira."""
    if currency == settings.BASE_CURRENCY:
        return True
    return currency in settings.PAYSTACK_CURRENCIES and not switches.is_on(switches.NAIRA_ONLY)

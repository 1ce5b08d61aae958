"""Money at the edges: columns hold integers of the subunit (kobo, cent); this is to calculate, parse and show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

SUBUNITS = 100
SIGNS = {"NGN": "₦", "USD": "$"}
SYMBOL_LOCALE = {"NGN": "en_NG", "USD": "en_US"}


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in the subunit of its currency. Sums across currencies are refused."""

    amount: int
    currency: str = "NGN"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, count: int) -> "Money":
        if not isinstance(count, int):
            raise TypeError("Money is multiplied by whole numbers only; use `share_of` for rates.")
        return Money(self.amount * count, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added up.")
        return other.amount

    @property
    def display(self) -> str:
        """`₦19,000`, and `₦19,000.50` only where there are kobo."""
        return _written(self.amount, self.currency)

    def json(self) -> dict[str, int | str]:
        return {"amount": self.amount, "currency": self.currency, "display": self.display}

    def __str__(self) -> str:
        return self.display


@lru_cache(maxsize=8192)  # a shop has few different prices, and a list of products shows them hundreds of times
def _written(amount: int, currency: str) -> str:
    pattern = "¤#,##0" if amount % SUBUNITS == 0 else "¤#,##0.00"
    locale = SYMBOL_LOCALE.get(currency, "en")
    written = format_currency(Decimal(amount) / SUBUNITS, currency, pattern, locale=locale, currency_digits=False)
    return written.replace("-", "−")  # as wide as a figure, and never taken for a hyphen


def parse(text: str, currency: str = "NGN") -> Money:
    """Reads what staff write ("₦8,500", "8500.50"). Raises ValueError for anything else, a third decimal or the sign of
    another currency included."""
    if any(sign in text for other, sign in SIGNS.items() if other != currency):
        raise ValueError(f"{text!r} is in another currency. Write it in {currency}.")
    plain = text.strip().removeprefix(SIGNS.get(currency, "")).strip()
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,2})?", plain, re.ASCII):
        raise ValueError(f"{text!r} is not an amount. Write it like 8500 or 8,500.50.")
    return Money(int(Decimal(plain.replace(",", "")) * SUBUNITS), currency)


def basis_points_of(amount: int, basis_points: int) -> int:
    """A rate applied to an amount of subunits, half rounded up. 100 basis points are one per cent."""
    return (amount * basis_points + 5_000) // 10_000


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Shares `total` subunits in proportion to `weights` so that the shares add up exactly (largest remainder).

    Weights that are all nought share equally. Ties go to the earlier weight.
    """
    if not weights or total < 0 or min(weights) < 0:
        raise ValueError("A total of nought or more is shared over at least one weight of nought or more.")
    weights = weights if sum(weights) else [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares

"""Paystack's public price list for Nigeria, in the subunit."""

from decimal import ROUND_CEILING, Decimal

FLAT = 10_000
FLAT_FROM = 250_000
CAP = 200_000


def fee(amount: int, currency: str, *, international: bool = False) -> int:
    """What Paystack keeps of a captured amount."""
    if currency == "USD":
        return _share(amount, "0.039")
    if international:
        return _share(amount, "0.039") + FLAT
    return min(CAP, _share(amount, "0.015") + (FLAT if amount >= FLAT_FROM else 0))


def with_fee_on_top(amount: int, currency: str) -> int:
    """What the payer is charged when the customer bears the fee: the merchant is left with ``amount``."""
    charged = amount + fee(amount, currency)
    while charged - fee(charged, currency) < amount:
        charged += amount - (charged - fee(charged, currency))
    return charged


def _share(amount: int, part: str) -> int:
    return int((amount * Decimal(part)).to_integral_value(ROUND_CEILING))

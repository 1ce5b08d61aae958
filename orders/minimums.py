"""The fewest pieces of a category that one bag may hold, and the least that can be paid.

Staff set the pieces on the category; nothing is matched by name. The least amount is Paystack's.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from catalog.models import Category
from core.errors import ShopError
from core.money import Money
from orders.contents import Item


@dataclass(frozen=True, slots=True)
class TooFew:
    category: str
    minimum: int
    held: int

    def __str__(self) -> str:
        more = self.minimum - self.held
        return (
            f"{self.category} are sold from {self.minimum} pieces in one bag, and you have {self.held}. "
            f"Add {more} more to order."
        )


class BelowMinimum(ShopError):
    code = "minimum_quantity"

    def __init__(self, too_few: list[TooFew]) -> None:
        super().__init__(" ".join(map(str, too_few)), field="bag")


def too_few(items: Iterable[Item]) -> list[TooFew]:
    """Categories that fall short. Runs no query.

    Pieces of a bundle count like any others: with three briefs in a bundle a fourth may be bought alone. But a bundle
    is a whole by itself, so its pieces ask for no minimum of their own.
    """
    held: Counter[int] = Counter()
    asking: dict[int, Category] = {}
    for item in items:
        for part in item.parts:
            category = part.size.variant.product.category
            held[category.pk] += item.quantity
            if item.bundle is None:
                asking[category.pk] = category
    return [
        TooFew(category.name, category.minimum_quantity, held[pk])
        for pk, category in asking.items()
        if held[pk] < category.minimum_quantity and category.exempting_category_id not in held
    ]


def check_payable(amount: Money, what: str, field: str) -> None:
    """Raises ShopError for more than nought that no provider takes; nought is paid without one."""
    least = Money(settings.PAYSTACK_MINIMUMS.get(amount.currency, 1), amount.currency)
    if Money(0, amount.currency) < amount < least:
        raise ShopError(
            f"{what} comes to {amount}, and less than {least} cannot be paid. It needs to be more.",
            code="below_least_payment",
            field=field,
        )

"""Codes to type at checkout, and the offer that every first order gets."""

from core.money import parse
from devtools.demo.tables import rows
from orders.models import Discount


def load() -> int:
    """Returns how many discounts there are. Harmless twice: they are found by their code, or name, again."""
    for row in rows("discounts"):
        Discount.objects.get_or_create(
            code=row["code"],
            name=row["name"],
            defaults={
                "kind": row["kind"],
                "basis_points": parse(row["percent"] or "0").amount,  # a hundredth of a per cent is a basis point
                "amount_kobo": parse(row["amount_naira"] or "0").amount,
                "minimum_kobo": parse(row["minimum_naira"]).amount,
                "first_order_only": row["first_order_only"] == "yes",
                "limit_per_customer": int(row["limit_per_customer"]) if row["limit_per_customer"] else None,
            },
        )
    return Discount.objects.count()

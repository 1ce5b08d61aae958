"""An order as it is shown: its lines with their parts, its discounts, and what stands under them."""

from typing import Any

from core.money import Money
from orders.models import Order, OrderLine


def lines_of(order: Order) -> list[OrderLine]:
    """Pieces and bundles, each with its components as `parts`. One query at most."""
    lines = []
    for line, parts in grouped(order):
        line.parts = parts  # type: ignore[attr-defined]
        lines.append(line)
    return lines


def grouped(order: Order) -> list[tuple[OrderLine, list[OrderLine]]]:
    """Pieces and bundles, each with its components. One query at most."""
    lines = order.all_lines()
    for line in lines:
        line.order = order
    return [
        (line, [part for part in lines if part.parent_id == line.pk])
        for line in lines
        if line.kind != OrderLine.Kind.COMPONENT
    ]


def discounts_of(order: Order) -> list[dict[str, Any]]:
    """What its trace says of discounts, with the words for it. Amounts are subunits."""
    steps = [step for step in order.trace if step.get("step") == "discount"]
    return [{**step, "label": f"{step['name']} ({step['code']})" if step["code"] else step["name"]} for step in steps]


def totals_of(order: Order) -> list[tuple[str, Money]]:
    """What to show under the lines: each discount by its name; a discount or tax of nought is not shown.

    Nor is delivery that a courier is asked about: it has a price, and a payment, of its own.
    """
    given = discounts_of(order)
    free = next((one for one in given if one["delivery"]), None)
    by = f"Delivery by {order.delivery_method}" if order.delivery_method else "Delivery"
    has_fee = order.quote_status == Order.QuoteStatus.NOT_NEEDED
    rows = [
        ("Subtotal", order.subtotal_subunit, True),
        *((one["label"], -one["amount"], False) for one in given),
        *_delivery(by, order.delivery_subunit, free, has_fee=has_fee),
        ("Tax", order.tax_subunit, False),
        ("Total", order.total_subunit, True),
    ]
    return [(label, Money(amount, order.currency)) for label, amount, always in rows if always or amount]


def _delivery(by: str, amount: int, free: dict[str, Any] | None, *, has_fee: bool) -> list[tuple[str, int, bool]]:
    """One row; two where a free delivery paid for a part of it, for it is worth the cheapest way there is."""
    if free is None:
        return [(by, amount, has_fee)]
    if not amount:
        return [(f"{by}, {free['label']}", amount, has_fee)]
    return [(by, amount + free["delivery"], True), (free["label"], -free["delivery"], True)]

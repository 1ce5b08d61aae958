"""What a customer paid for each piece of an order, so that it can be given back to the last kobo. Arithmetic alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import ShopError
from core.money import allocate
from orders.models import Order, OrderLine

Kind = OrderLine.Kind


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one line (a piece, or a component of a bundle) and what was paid for them, tax included."""

    line: OrderLine
    quantity: int
    amount: int


def parts_of(
    order: Order, lines: Iterable[OrderLine], wanted: Mapping[int, int], done: Mapping[int, int]
) -> list[Part]:
    """What of `wanted` (line id to quantity) comes to, where `done` was given back before.

    A bundle stands for its components. Raises ShopError for lines of other orders and for more than is left.
    """
    lines = list(lines)
    asked = _taken_apart(lines, wanted)
    worth = worth_of(order, lines)
    by_id = {line.pk: line for line in lines}
    parts = []
    for pk, quantity in sorted(asked.items()):
        line, before = by_id[pk], done.get(pk, 0)
        left = line.quantity - before
        if quantity > left:
            raise ShopError(
                f"{left} of {line.name} ({line.size or line.sku}) can still be refunded; you asked for {quantity}.",
                field="lines",
            )
        shares = allocate(worth[pk], [1] * line.quantity)
        parts.append(Part(line, quantity, sum(shares[before : before + quantity])))
    return parts


def worth_of(order: Order, lines: Iterable[OrderLine]) -> dict[int, int]:
    """Line id to what was paid for it: price less discount, and its share of tax. A bundle has what its parts have."""
    lines = list(lines)
    tops = [line for line in lines if line.kind != Kind.COMPONENT]
    taxes = allocate(order.tax_subunit, [_net(line) for line in tops]) if tops else []
    tax_of = dict(zip((line.pk for line in tops), taxes, strict=True))
    for bundle in tops:
        parts = [line for line in lines if line.parent_id == bundle.pk]
        if parts:
            shares = allocate(tax_of[bundle.pk], [_net(part) for part in parts])
            tax_of |= dict(zip((part.pk for part in parts), shares, strict=True))
    return {line.pk: _net(line) + tax_of[line.pk] for line in lines}


def _net(line: OrderLine) -> int:
    return line.total_subunit - line.discount_subunit


def _taken_apart(lines: list[OrderLine], wanted: Mapping[int, int]) -> dict[int, int]:
    by_id = {line.pk: line for line in lines}
    asked: dict[int, int] = {}
    for pk, quantity in wanted.items():
        line = by_id.get(pk)
        if line is None or isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise ShopError("Choose lines of this order, one piece or more of each.", field="lines")
        if line.kind != Kind.BUNDLE:
            asked[pk] = asked.get(pk, 0) + quantity
            continue
        if quantity > line.quantity:
            raise ShopError(f"{line.quantity} of {line.name} were ordered; you asked for {quantity}.", field="lines")
        for part in lines:
            if part.parent_id == pk:
                asked[part.pk] = asked.get(part.pk, 0) + part.quantity * quantity // line.quantity
    return asked

"""An order's pieces into the bag again: after it ended unpaid, or because they were liked."""

from core.transactions import in_transaction
from orders import bag as bags
from orders.models import Bag, Order, OrderLine
from orders.summary import grouped


@in_transaction
def put_into(bag: Bag, order: Order) -> list[str]:
    """At today's prices, on top of what the bag holds, as far as stock and the limits of a bag allow.

    Returns a sentence about each line of which less came along than was ordered.
    """
    return [notice for line, parts in grouped(order) if (notice := _put(bag, line, parts))]


def _put(bag: Bag, line: OrderLine, parts: list[OrderLine]) -> str:
    if line.bundle is None:
        skus = [line.variant_size.sku] if line.variant_size else []
        return bags.add_what_can_be_had(bag, line.name, skus, line.quantity)
    each = [(part.variant_size.sku, part.quantity // line.quantity) for part in parts if part.variant_size]
    picked = [sku for sku, count in each for _ in range(count)]
    return bags.add_what_can_be_had(bag, line.name, picked, line.quantity, line.bundle.slug)

"""Another size instead of the one that was ordered: for an order whose money came when its pieces were gone.

The line stays what was ordered, for ever. What goes out instead stands beside it, and only before anything was sold.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.models import VariantSize
from catalog.pricing import price_of
from core.errors import ShopError
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Short:
    """A line whose pieces are gone, and the sizes that there are enough of: same piece, same colour, same price."""

    line: OrderLine
    choices: list[VariantSize]


def short_lines(order: Order) -> list[Short]:
    """Lines that cannot be had as they were ordered. None when all of the order is there again."""
    lines = [line for line in order.all_lines() if line.variant_size_id]
    sizes = _sizes_like({line.variant_size_id for line in lines if line.variant_size_id})
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.goes_out_id] += line.quantity
    short = {pk for pk, pieces in wanted.items() if sizes[pk].available < pieces}
    return [Short(line, _choices(line, sizes)) for line in lines if line.goes_out_id in short]


def can_be_offered(order: Order) -> bool:
    """Whether each piece that is gone has another size."""
    return all(short.choices for short in short_lines(order))


def take(order: Order, chosen: Mapping[int, str]) -> dict[str, str]:
    """Notes what goes out instead: id of each short line to a SKU. Returns what was exchanged, by SKU.

    The order is locked by the caller, who keeps the pieces next. Raises ShopError where a choice is missing or is none.
    """
    exchanged = {}
    for short in short_lines(order):
        line = short.line
        size = next((size for size in short.choices if size.sku == chosen.get(line.pk)), None)
        if size is None:
            raise ShopError(f"Choose a size for {line.name} in {line.colour} from the list.", field=f"line_{line.pk}")
        if size.pk == line.variant_size_id:
            continue
        OrderLine.objects.filter(pk=line.pk).update(instead=size, instead_sku=size.sku, instead_size=size.size.name)
        exchanged[line.sku] = size.sku
    order.written_lines = None
    return exchanged


def _sizes_like(ids: set[int]) -> dict[int, VariantSize]:
    """These sizes and all others of the same piece and colour, priced. One query."""
    rows = VariantSize.objects.filter(variant__sizes__in=ids).distinct().priced()
    return {row.pk: row for row in rows.select_related("variant", "size").order_by("size__position")}


def _choices(line: OrderLine, sizes: Mapping[int, VariantSize]) -> list[VariantSize]:
    """Those that cost now what the ordered size costs now: in a bundle all do, for its price is one."""
    ordered = sizes[line.variant_size_id or 0]
    return [
        size
        for size in sizes.values()
        if size.variant_id == ordered.variant_id
        and size.available >= line.quantity
        and (line.kind == OrderLine.Kind.COMPONENT or price_of(size) == price_of(ordered))
    ]

"""The packing slip of an exchange: the address of its order, and the sizes that go out for what came back."""

from dataclasses import replace

from orders import documents, exchanges
from orders.documents import Slip, SlipLine
from orders.models import Return


def slip(found: Return) -> Slip:
    """With a warning once it was sent. Raises Conflict where nothing is to be sent for it."""
    if found.sent_at is None:
        exchanges.check_to_send(found)
    rows = found.lines.filter(exchange_to__isnull=False).select_related(
        "order_line", "exchange_to__size", "exchange_to__variant__colour"
    )
    lines = tuple(
        SlipLine(
            sku=row.exchange_to.sku,
            name=row.order_line.name,
            colour=row.exchange_to.variant.colour.name,
            size=row.exchange_to.size.name,
            quantity=row.quantity,
            bundle="",
            refunded=0,
        )
        for row in rows
        if row.exchange_to
    )
    of_order = documents.slip(found.order)
    return replace(
        of_order,
        # That its order has left long ago is no reason not to pack this.
        warning="Sent already: do not pack" if found.sent_at else "",
        number=f"{of_order.number}, exchange {found.pk}",
        lines=lines,
        not_in_it=0,
        collect=None,
    )

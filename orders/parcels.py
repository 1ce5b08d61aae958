"""Which pieces of an order left the shop in which parcel, and what is left to send."""

from collections.abc import Mapping

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from core.errors import ShopError
from orders.events import Actor
from orders.models import Order, OrderLine, Shipment, ShipmentLine


def left_of(order: Order) -> dict[OrderLine, int]:
    """How many of each line are still in the shop: single pieces, and those of bundles. Two queries."""
    lines = order.lines.exclude(kind=OrderLine.Kind.BUNDLE).order_by("pk")
    sent = dict(
        ShipmentLine.objects.filter(shipment__order=order)
        .values_list("order_line")
        .annotate(pieces=Sum("quantity"))
        .order_by("order_line")
    )
    return {line: more for line in lines if (more := line.quantity - line.taken_back - sent.get(line.pk, 0)) > 0}


def with_nothing_to_send(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Those of them in the shop whose pieces were all taken out, as where staff left the price of the delivery."""
    pieces = OrderLine.objects.filter(order=OuterRef("pk"), taken_back__lt=F("quantity"))
    to_send = pieces.exclude(kind=OrderLine.Kind.BUNDLE)
    return orders.filter(~Exists(to_send), status__in=[Order.Status.PAID, Order.Status.PACKED])


def send(
    order: Order, carrier: str, tracking_number: str, pieces: Mapping[int, int] | None, actor: Actor
) -> tuple[Shipment, bool]:
    """Writes a parcel with these pieces (order line id to quantity), by default with all that is left.

    Returns it and whether anything is left to send. The order is locked by the caller. Raises ShopError for no
    pieces, or more of a line than there are.
    """
    left = {line.pk: more for line, more in left_of(order).items()}
    chosen = left if pieces is None else {key: count for key, count in pieces.items() if count}
    if not left:
        raise ShopError("Nothing of this order is left to send: its pieces were taken out.", code="nothing_left")
    if not chosen:
        raise ShopError("Choose at least one piece for the parcel.", field="pieces")
    for key, count in chosen.items():
        if not 0 < count <= left.get(key, 0):
            raise ShopError(
                f"{left.get(key, 0)} of this line are left to send, so {count} cannot be. Look at the order again.",
                code="more_than_left",
                field=f"line_{key}",
            )
    shipment = Shipment.objects.create(
        order=order, carrier=carrier, tracking_number=tracking_number, actor_id=actor.user_id
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=key, quantity=count) for key, count in chosen.items()
    )
    return shipment, sum(left.values()) > sum(chosen.values())


def parcels_of(order: Order) -> list[Shipment]:
    """With their lines. Two queries."""
    return list(order.shipments.prefetch_related("lines__order_line").order_by("pk"))

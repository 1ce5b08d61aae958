from orders.models.bags import Bag, BagLine, BagPick
from orders.models.discounts import Discount, Redemption
from orders.models.events import OrderEvent
from orders.models.orders import Order, OrderLine
from orders.models.quotes import DeliveryQuote
from orders.models.reservations import Reservation
from orders.models.returns import Origin, Return, ReturnLine
from orders.models.shipments import Shipment, ShipmentLine
from orders.models.zones import DeliveryMethod, Zone, ZoneArea

__all__ = [
    "Bag",
    "BagLine",
    "BagPick",
    "DeliveryMethod",
    "DeliveryQuote",
    "Discount",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Origin",
    "Redemption",
    "Reservation",
    "Return",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "Zone",
    "ZoneArea",
]

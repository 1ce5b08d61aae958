from orders.models.bags import Bag, BagLine, BagPick
from orders.models.events import OrderEvent
from orders.models.orders import Order, OrderLine
from orders.models.reservations import Reservation
from orders.models.zones import Zone, ZoneArea

__all__ = ["Bag", "BagLine", "BagPick", "Order", "OrderEvent", "OrderLine", "Reservation", "Zone", "ZoneArea"]

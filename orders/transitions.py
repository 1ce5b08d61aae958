"""Every way from one state of an order to another, as data: orders.lifecycle takes them."""

from dataclasses import dataclass

from orders.models import Order

Status = Order.Status


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`. `stamp` is the column that keeps when; `mail` goes to the customer and
    `staff_mail` to the staff."""

    event: str
    sources: tuple[str, ...]
    target: str
    stamp: str
    mail: str = ""
    staff_mail: str = ""


PLACED = Transition("placed", ("",), Status.PENDING_PAYMENT, "placed_at", mail="order-received")
PAID = Transition(
    "paid",
    (Status.PENDING_PAYMENT, Status.EXPIRED, Status.CANCELLED),
    Status.PAID,
    "paid_at",
    mail="order-paid",
    staff_mail="staff-order-paid",
)
PACKED = Transition("packed", (Status.PAID,), Status.PACKED, "packed_at", mail="order-packed")
SHIPPED = Transition("shipped", (Status.PACKED,), Status.SHIPPED, "shipped_at", mail="order-shipped")
DELIVERED = Transition("delivered", (Status.SHIPPED,), Status.DELIVERED, "delivered_at", mail="order-delivered")
CANCELLED = Transition("cancelled", (Status.PENDING_PAYMENT,), Status.CANCELLED, "closed_at", mail="order-cancelled")
CANCELLED_PAID = Transition(
    "cancelled-paid", (Status.PAID, Status.PACKED), Status.CANCELLED, "closed_at", mail="order-cancelled-paid"
)
EXPIRED = Transition("expired", (Status.PENDING_PAYMENT,), Status.EXPIRED, "closed_at", mail="order-expired")

TRANSITIONS = (PLACED, PAID, PACKED, SHIPPED, DELIVERED, CANCELLED, CANCELLED_PAID, EXPIRED)

# Only of an order that is paid at the door: packed and sent before its money is here.
PACKED_UNPAID = Transition("packed", (Status.PENDING_PAYMENT,), Status.PACKED, "packed_at", mail="order-packed")
CANCELLED_UNPAID = Transition("cancelled", (Status.PACKED,), Status.CANCELLED, "closed_at", mail="order-cancelled")
NOT_ACCEPTED = Transition("not-accepted", (Status.SHIPPED,), Status.CANCELLED, "closed_at", mail="order-not-accepted")
ON_DELIVERY = (PACKED_UNPAID, CANCELLED_UNPAID, NOT_ACCEPTED)

# The last piece that was left to send was taken out: what went before is all that comes (orders.taken_out).
REST_TAKEN_OUT = Transition(
    "rest-taken-out", (Status.PACKED,), Status.SHIPPED, "shipped_at", mail="order-rest-taken-out"
)
# A paid parcel that is lost, or that the courier brought back.
NOT_ARRIVED = Transition("not-arrived", (Status.SHIPPED,), Status.CANCELLED, "closed_at", mail="order-not-arrived")
BY_THE_WAY = (REST_TAKEN_OUT, NOT_ARRIVED)

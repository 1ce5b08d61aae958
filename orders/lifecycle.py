"""The states of an order and every way from one to another. Nothing else sets `status`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Greatest, Now

from catalog import reviews
from catalog.reviews import Delivered
from core.errors import Conflict, ShopError
from core.prepared import write
from core.transactions import in_transaction
from orders import emails, events, parcels, redemptions, reservations
from orders import transitions as to
from orders.events import Actor
from orders.models import Order, OrderEvent
from orders.progress import short_name
from orders.transitions import Transition

Status = Order.Status
PaymentStatus = Order.PaymentStatus
# A parcel that is not the last changes no status.
PART_SHIPPED = "order-part-shipped"


class NotAllowed(Conflict):
    """The order is not in a state from which this can be done."""

    code = "not_allowed"


class AlreadyPaid(Conflict):
    code = "already_paid"


def lock(order_id: int) -> Order:
    """The order as it is now, locked until the transaction ends."""
    return Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order_id)


def placed(order: Order, actor: Actor) -> None:
    """Notes the birth of an order, in the transaction that wrote it."""
    _note(order, to.PLACED, "", actor, {})
    if order.pay_on_delivery:
        emails.tell_staff("staff-order-on-delivery", order)


def mark_paid(order: Order, actor: Actor) -> None:
    """The money is here: what was kept is sold. Stock that an ended hold gave back is kept again first.

    One that goes out unpaid keeps its status. The order is locked by the caller. Raises AlreadyPaid as
    `check_takes_money` does, stock.OutOfStock where an ended hold's pieces are gone.
    """
    check_takes_money(order)
    if order.is_owed_at_the_door and order.status != Status.PENDING_PAYMENT:
        _mark_paid_on_its_way(order, actor)
        return
    if order.status != Status.PENDING_PAYMENT:
        redemptions.take_again(order)
        reservations.reserve(order, reservations.pieces_of(order))
    reservations.consume(order)
    move(order, to.PAID, actor, payment_status=PaymentStatus.PAID, closed_at=None)
    if order.quote_status == Order.QuoteStatus.AWAITING:
        emails.tell_staff("staff-quote-needed", order)


def check_takes_money(order: Order) -> None:
    """Raises AlreadyPaid for an order that money cannot pay: one that was paid before, that was sent and came back
    unpaid, or whose person was erased meanwhile. One that expired or was cancelled unpaid may still be paid."""
    if order.erased_at is not None:
        raise AlreadyPaid(f"Order {order.number} has nobody any more to go to.")
    if order.paid_at is not None:
        raise AlreadyPaid(f"Order {order.number} was paid already.")
    if order.status == Status.CANCELLED and order.shipped_at is not None:
        raise AlreadyPaid(
            f"Order {order.number} came back unpaid and has ended. Give the money back, or make a new order for it."
        )


def _mark_paid_on_its_way(order: Order, actor: Actor) -> None:
    reservations.consume(order)  # of one that is packed; what was shipped is sold already
    Order.objects.filter(pk=order.pk).update(paid_at=Now(), payment_status=PaymentStatus.PAID)
    order.refresh_from_db()
    events.record(order, to.PAID.event, actor)
    emails.write(to.PAID.mail, order)


def owe_refund(order: Order, actor: Actor, reference: str) -> None:
    """Money came for an order that can no longer be filled. The order is locked by the caller."""
    Order.objects.filter(pk=order.pk).update(payment_status=PaymentStatus.REFUND_DUE)
    events.record(order, "refund-due", actor, key=reference)
    emails.tell_staff("staff-paid-late", order, part=f"payment/{reference}", reference=reference)


def set_standing(order: Order, payment_status: str) -> None:
    """What is said of the order's money, as payments reckons it. The order is locked by the caller; harmless twice."""
    Order.objects.filter(pk=order.pk).exclude(payment_status=payment_status).update(payment_status=payment_status)
    order.refresh_from_db(fields=["payment_status"])


def set_quote(order: Order, quote_status: str) -> None:
    """What is said of its delivery's price, as orders.delivery_quotes has it. The order is locked by the caller."""
    Order.objects.filter(pk=order.pk).update(quote_status=quote_status)
    order.refresh_from_db(fields=["quote_status"])


@in_transaction
def extend_hold(order_id: int, actor: Actor) -> Order:
    """Keeps an unpaid order's stock for another full hold from now. Raises NotAllowed once too often or too late."""
    order = lock(order_id)
    if order.status != Status.PENDING_PAYMENT:
        raise NotAllowed(f"Order {order.number} is not waiting for payment any more, so its hold cannot be extended.")
    if order.hold_extensions >= settings.HOLD_EXTENSIONS_MAX:
        raise NotAllowed("The hold was extended as often as it can be. Pay now, or order again.", code="hold_used_up")
    Order.objects.filter(pk=order_id).update(
        hold_expires_at=Greatest(F("hold_expires_at"), Now() + timedelta(minutes=settings.HOLD_MINUTES)),
        hold_extensions=F("hold_extensions") + 1,
    )
    order.refresh_from_db(fields=["hold_expires_at", "hold_extensions"])
    events.record(order, "hold-extended", actor, key=str(order.hold_extensions))
    return order


@in_transaction
def expire(order_id: int) -> bool:
    """Ends an unpaid order whose hold is over by the database's clock. Returns whether it did; harmless twice.

    Whoever calls it has asked Paystack just before (payments.periodic).
    """
    order = lock(order_id)
    over = Order.objects.filter(status=Status.PENDING_PAYMENT, pay_on_delivery=False, hold_expires_at__lte=Now())
    if not over.filter(pk=order_id).exists():
        return False
    redemptions.free(order)
    reservations.release(order)
    move(order, to.EXPIRED, events.SYSTEM)
    return True


@in_transaction
def cancel(order_id: int, actor: Actor, reason: str = "", *, packed_too: bool = False) -> Order:
    """Ends an unpaid order and gives its stock back; harmless twice.

    Raises NotAllowed for one that is paid, and once it is packed unless `packed_too`.
    """
    order = lock(order_id)
    if order.status == Status.CANCELLED:
        return order
    is_packed_unpaid = order.is_owed_at_the_door and order.status == Status.PACKED
    step = to.CANCELLED_UNPAID if packed_too and is_packed_unpaid else to.CANCELLED
    check(order, step, "It can be cancelled until it is packed; write to us and we will help.")
    redemptions.free(order)
    reservations.release(order)
    return move(order, step, actor, {"reason": reason} if reason else {})


@in_transaction
def cancel_paid(
    order_id: int,
    actor: Actor,
    reason: str = "",
    *,
    packed_too: bool = False,
    restock: bool = True,
    back_before: Mapping[int, int] | None = None,
) -> Order:
    """Ends a paid order before it leaves the shop; harmless twice. What it was paid is for the caller to give back.

    With `restock` its pieces are on sale again, less those that came back before (line id to quantity). Raises
    NotAllowed, once it is packed unless `packed_too`.
    """
    order = lock(order_id)
    if order.status == Status.CANCELLED:
        return order
    check(order, to.CANCELLED_PAID, "It can be cancelled until it is shipped.")
    if order.shipments.exists():
        raise NotAllowed(f"A part of order {order.number} has left the shop. What comes back is a return.")
    if order.status == Status.PACKED and not packed_too:
        raise NotAllowed(f"Order {order.number} is packed already. Write to us and we will help.")
    if not packed_too and not parcels.left_of(order):
        raise NotAllowed(f"All of order {order.number} was taken out. Write to us about what is left of its money.")
    redemptions.free(order)
    if restock:
        reservations.put_back_all(order, back_before or {})
    return move(order, to.CANCELLED_PAID, actor, {"reason": reason} if reason else {})


@in_transaction
def pack(order_id: int, actor: Actor) -> Order:
    """Raises NotAllowed unless the order is paid, or will be at the door, and has pieces left; harmless twice."""
    order = lock(order_id)
    if order.status == Status.PACKED:
        return order
    if order.status == Status.PENDING_PAYMENT and order.pay_on_delivery:
        return move(order, to.PACKED_UNPAID, actor)
    check(order, to.PACKED, "Only a paid order can be packed.")
    if not parcels.left_of(order):
        raise NotAllowed(f"All of order {order.number} was taken out. Cancel it: what is left of its money goes back.")
    return move(order, to.PACKED, actor)


@in_transaction
def ship(
    order_id: int, actor: Actor, carrier: str, tracking_number: str = "", pieces: Mapping[int, int] | None = None
) -> Order:
    """Hands a parcel to a carrier: `pieces` (order line id to quantity), by default all that is left of the order.

    With the last of them the order is shipped; until then it stays packed, and the customer is told of each parcel.
    Harmless twice for one that is shipped. Raises ShopError without a carrier or with pieces that are not left,
    NotAllowed unless it is packed and its delivery is paid.
    """
    carrier, tracking_number = carrier.strip()[:60], tracking_number.strip()[:80]
    if not carrier:
        raise ShopError("Write who carries the parcel.", field="carrier")
    order = lock(order_id)
    if order.status == Status.SHIPPED:
        return order
    check(order, to.SHIPPED, "Only a packed order can be shipped.")
    if order.quote_status in (Order.QuoteStatus.AWAITING, Order.QuoteStatus.QUOTED):
        raise NotAllowed(f"Delivery of order {order.number} is not paid yet, so it cannot be shipped.")
    if order.is_owed_at_the_door:
        if pieces is not None and sum(pieces.values()) < sum(parcels.left_of(order).values()):
            raise NotAllowed(f"Order {order.number} is paid at the door once, so all of it goes in one parcel.")
        reservations.consume(order)
    shipment, something_left = parcels.send(order, carrier, tracking_number, pieces, actor)
    names = {"carrier": carrier, "tracking_number": tracking_number}
    if something_left:
        events.record(order, "part-shipped", actor, key=str(shipment.pk), data=names)
        emails.write(PART_SHIPPED, order, part=f"parcel/{shipment.pk}", shipment=emails.facts_of_parcel(shipment))
        return order
    return move(order, to.SHIPPED, actor, names, **names)


@in_transaction
def deliver(order_id: int, actor: Actor) -> Order:
    """Invites to review every piece. Raises NotAllowed unless the order is shipped and paid; harmless twice."""
    order = lock(order_id)
    if order.status == Status.DELIVERED:
        return order
    check(order, to.DELIVERED, "Only a shipped order can be delivered.")
    if order.is_owed_at_the_door:
        raise NotAllowed(f"Order {order.number} is paid at the door. Record its payment first, or that it came back.")
    reviews.invite(order.number, _pieces(order), name=short_name(order.full_name), user_id=order.user_id)
    return move(order, to.DELIVERED, actor)


def _pieces(order: Order) -> list[Delivered]:
    """Every line that is worn: single pieces, and those of a bundle; not what was taken out before it left."""
    worn = order.lines.filter(variant_size__isnull=False, taken_back__lt=F("quantity"))
    return [
        Delivered(line.pk, line.goes_out_id, colour=line.colour, size=line.sent_size)
        for line in worn
        if line.variant_size_id
    ]


def check(order: Order, transition: Transition, otherwise: str) -> None:
    """Raises NotAllowed where the order has no such way."""
    if order.status not in transition.sources:
        raise NotAllowed(f"Order {order.number} is {order.get_status_display().lower()}. {otherwise}")


def move(
    order: Order, transition: Transition, actor: Actor, data: dict[str, Any] | None = None, **columns: Any
) -> Order:
    """The one place where a status changes: column, event and mail together, the order being locked."""
    before = order.status
    values = {transition.stamp: Now(), "status": transition.target} | columns
    Order.objects.filter(pk=order.pk, status=before).update(**values)
    order.refresh_from_db()
    _note(order, transition, before, actor, data or {})
    return order


def _note(order: Order, transition: Transition, before: str, actor: Actor, data: dict[str, Any]) -> None:
    event = OrderEvent(
        order=order,
        kind=transition.event,
        from_status=before,
        to_status=transition.target,
        actor_id=actor.user_id,
        actor_label=actor.label,
        data=data,
    )
    write([event])
    if transition.mail:
        emails.write(transition.mail, order, why=emails.as_sentence(data.get("reason", "")))
    if transition.staff_mail:
        emails.tell_staff(transition.staff_mail, order)

"""What orders keep of a person, and what of it the law wants kept: number, pieces, amounts, country and state."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Manager, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Lower, Now

from catalog import personal as catalogue
from core.models import IdempotencyKey
from core.personal import ERASED_DOMAIN, ERASED_NAME, Person, refuse_what_is_under_way
from mailing import personal as post
from mailing.models import OutgoingMail
from orders.models import (
    Bag,
    DeliveryQuote,
    Order,
    OrderEvent,
    OrderLine,
    Redemption,
    Return,
    ReturnLine,
    ShipmentLine,
)

# What is under way needs its person: the rider calls, the bank gives back.
UNDER_WAY = (Order.Status.PENDING_PAYMENT, Order.Status.PAID, Order.Status.PACKED, Order.Status.SHIPPED)
KEPT = ("number", "placed_at", "status", "payment_status", "currency", "total_subunit", "paid_at", "shipped_at")
TOLD = (
    *("email", "full_name", "phone", "country", "state", "area", "street", "landmark", "city", "postcode", "note"),
    *("billing_name", "billing_address"),
)

# What is told of the rows of an order: the way to its number first, then the columns. What was said is in the events,
# the notes of staff too, and the answers to what is sent back.
ROWS: dict[str, tuple[Manager[Any], str]] = {
    "order_lines": (
        OrderLine.objects,
        "order__number name sku colour size instead_sku quantity total_subunit discount_subunit",
    ),
    "order_events": (OrderEvent.objects, "order__number created_at kind data"),
    "parcels": (
        ShipmentLine.objects,
        "shipment__order__number shipment__carrier shipment__tracking_number shipment__shipped_at order_line__sku"
        " order_line__instead_sku quantity",
    ),
    "delivery_quotes": (
        DeliveryQuote.objects,
        "order__number amount_subunit note state created_at paid_at expires_at",
    ),
    "discounts": (
        Redemption.objects,
        "order__number discount__name discount__code amount_subunit delivery_subunit state created_at",
    ),
    "returns": (
        Return.objects,
        "order__number created_at kind reason text answer state decided_at received_at closed_at sent_at carrier"
        " tracking_number",
    ),
    "return_lines": (
        ReturnLine.objects,
        "parcel__order__number parcel__created_at order_line__sku order_line__instead_sku came_by__exchange_to__sku"
        " quantity condition exchange_to__sku",
    ),
}


def orders_of(person: Person) -> QuerySet[Order]:
    """Those of the account, and those that a guest placed with a proved address."""
    theirs = Q(user=None, lower__in=person.emails)
    if person.user_id:
        theirs |= Q(user=person.user_id)
    return Order.objects.alias(lower=Lower("email")).filter(theirs).order_by("pk")


def export(person: Person) -> dict[str, Any]:
    orders = orders_of(person)
    bags = Bag.objects.filter(user=person.user_id, state=Bag.State.OPEN) if person.user_id else Bag.objects.none()
    return {
        "orders": list(orders.values(*KEPT, *TOLD)),
        **{name: _of(orders, rows, columns) for name, (rows, columns) in ROWS.items()},
        "bag": list(bags.values("lines__variant_size__sku", "lines__bundle__slug", "lines__quantity")),
    }


def _of(orders: QuerySet[Order], rows: Manager[Any], columns: str) -> list[dict[str, Any]]:
    path, *others = columns.split()
    return list(rows.filter(**{f"{path.removesuffix('__number')}__in": orders}).order_by("pk").values(path, *others))


def hindrances(person: Person) -> Sequence[str]:
    orders = orders_of(person)
    open_orders = orders.filter(status__in=UNDER_WAY).values_list("number", "status")
    told = dict(Order.Status.choices)
    found = [f"Order {number} is {told[status].lower()}." for number, status in open_orders]
    under_way = (Return.State.REQUESTED, Return.State.APPROVED, Return.State.RECEIVED)
    back = Return.objects.filter(order__in=orders, state__in=under_way).values_list("order__number", flat=True)
    to_send = Return.objects.to_send().filter(order__in=orders).values_list("order__number", flat=True)
    return [
        *found,
        *(f"A return of order {number} is under way." for number in back),
        *(f"The other size for order {number} is still to be sent." for number in to_send),
    ]


def erase(person: Person) -> None:
    """Locks the orders, and only then knows that none of them needs the person. Raises NotYet."""
    locked = list(orders_of(person).select_for_update(of=("self",), no_key=True))
    refuse_what_is_under_way(person)
    ids = [order.pk for order in locked]
    for order in locked:
        post.forget(OutgoingMail.objects.filter(Q(about=_about(order)) | Q(about__startswith=f"{_about(order)}/")))
    numbers = [order.number for order in locked]
    catalogue.forget_buyer(numbers)
    _forget_answers(numbers)
    # Who did it stays, as an id of an account that is nobody's; what was said and written goes.
    OrderEvent.objects.filter(order__in=ids).update(data={})
    Return.objects.filter(order__in=ids).update(text="", answer="")
    DeliveryQuote.objects.filter(order__in=ids).update(note="")
    Redemption.objects.filter(order__in=ids).update(email_key=_erased("order_id"))
    Order.objects.filter(pk__in=ids).update(
        **dict.fromkeys(set(TOLD) - {"country", "state", "full_name", "email"}, ""),
        full_name=ERASED_NAME,
        email=_erased("pk"),
        ordered_from="",
        erased_at=Now(),
    )
    if person.user_id:
        Bag.objects.filter(user=person.user_id, state=Bag.State.OPEN).delete()


def _about(order: Order) -> str:
    return f"order/{order.number}"


def _erased(column: str) -> Concat:
    """Of each order another, so that nobody looks like one person."""
    return Concat(Value("erased-"), Cast(F(column), TextField()), Value(f"@{ERASED_DOMAIN}"), output_field=TextField())


def _forget_answers(numbers: list[str]) -> None:
    """Answers that are kept for a day for clients who ask again."""
    if numbers:
        pattern = rf"\y({'|'.join(numbers)})\y"
        IdempotencyKey.objects.alias(told=Cast("answer", TextField())).filter(told__regex=pattern).delete()

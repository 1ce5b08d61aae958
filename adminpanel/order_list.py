"""The list of orders: its tabs, what each order holds, and what is done to many in one go."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from unfold.sections import BaseSection

from accounts.models import User
from adminpanel.documents import PrintsDocuments
from adminpanel.waiting import WhatIsToDo
from core.errors import ShopError
from orders import delivery_quotes, parcels, progress
from orders.events import staff
from orders.models import Order, OrderLine
from payments import for_nothing
from payments.models import Payment

Status = Order.Status
# As Order.is_paid_back says of one.
IS_PAID_BACK = Q(payment_status=Order.PaymentStatus.REFUNDED, total_subunit__gt=0)


def problems(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with money that somebody must look at, or to give back; and those to be packed although all went back or
    is to, or nothing is left to pack."""
    in_review = Payment.objects.filter(
        order=OuterRef("pk"), review_opened_at__isnull=False, review_closed_at__isnull=True
    )
    owed = [Order.PaymentStatus.REFUND_DUE, Order.PaymentStatus.DISPUTED]
    unpaid = Q(status__in=[Status.PAID, Status.PACKED]) & _is_for_nothing()
    return orders.filter(Q(payment_status__in=owed) | unpaid | _is_empty() | Exists(in_review))


def to_pack(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Paid, or to be paid at the door. One whose money goes back, that is disputed or empty, is a problem first."""
    paid = Q(status=Status.PAID) & ~_is_for_nothing() & ~Q(payment_status=Order.PaymentStatus.DISPUTED)
    return orders.filter(paid & ~_is_empty() | Q(status=Status.PENDING_PAYMENT, pay_on_delivery=True))


def _is_for_nothing() -> Q:
    """As the buttons to pack and to send ask; and of what was for its delivery alone, as its slip says."""
    return IS_PAID_BACK | Q(Exists(for_nothing.spent().filter(order=OuterRef("pk"))))


def _is_empty() -> Q:
    return Q(pk__in=parcels.with_nothing_to_send(Order.objects.order_by()))


class View(WhatIsToDo):
    views = {
        "to_pack": ("To pack", to_pack),
        "to_price": ("Delivery to price", delivery_quotes.to_price),
        "unpaid": ("Unpaid", lambda orders: orders.filter(status=Status.PENDING_PAYMENT, pay_on_delivery=False)),
        "to_collect": (
            "To be paid at the door",
            lambda orders: orders.filter(status=Status.SHIPPED, pay_on_delivery=True, paid_at__isnull=True),
        ),
        "shipped": ("Shipped", lambda orders: orders.filter(status=Status.SHIPPED)),
        "stuck": ("Stuck", progress.stuck),
        "problems": ("Problems", problems),
    }


class Contents(BaseSection):
    """What is in an order, below its row. Its lines are loaded with the list."""

    def render(self) -> str:
        order = cast(Order, self.instance)
        rows = [
            (line.quantity, line.name, ", ".join(filter(None, [line.colour, line.told_size])), line.told_sku)
            for line in order.lines.all()
            if line.kind != OrderLine.Kind.BUNDLE
        ]
        pieces = format_html_join("", "<li>{} × {} <span>{}</span> <code>{}</code></li>", rows)
        note = format_html("<p>Note: {}</p>", order.note) if order.note else ""
        return format_html('<div class="p-4"><ul>{}</ul>{}</div>', pieces, note)


class PacksMany:
    """Mixed into the order's admin class."""

    list_sections = [Contents]
    actions = ["pack_many", *PrintsDocuments.actions]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        found: QuerySet[Order] = super().get_queryset(request)  # type: ignore[misc]
        return found.prefetch_related("lines")

    @admin.action(description="Mark as packed", permissions=["act"])
    def pack_many(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        """Each by itself: one that cannot be packed holds up no other, and is named with its reason."""
        done = 0
        for pk in chosen.order_by("placed_at").values_list("pk", flat=True):
            try:
                for_nothing.pack(pk, staff(cast(User, request.user)))
            except ShopError as error:
                messages.error(request, error.message)
            else:
                done += 1
        if done:
            messages.success(request, f"{done} orders are packed." if done > 1 else "1 order is packed.")

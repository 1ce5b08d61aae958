"""Orders as staff work on them: what to pack, where it goes, what happened, and the next thing to do."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django_countries import countries
from unfold.decorators import display

from adminpanel import timeline
from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, amount, in_words
from adminpanel.calculation import told
from adminpanel.documents import PrintsDocuments
from adminpanel.order_actions import OrderActions
from adminpanel.order_lines import LineInline
from adminpanel.order_list import PacksMany, View
from adminpanel.parcels_admin import ParcelInline
from adminpanel.phone_search import SearchesPhones
from adminpanel.quote_actions import QuoteInline
from adminpanel.returns_admin import stands
from adminpanel.staff_orders import MakesOrders
from mailing.models import OutgoingMail
from orders.models import Order, OrderEvent, Reservation, Return
from payments.models import Payment

STATUS_COLOURS = {
    "pending_payment": "warning",
    "paid": "primary",
    "packed": "info",
    "shipped": "info",
    "delivered": "success",
    "cancelled": "default",
    "expired": "default",
}
PAYMENT_COLOURS = {
    "unpaid": "warning",
    "paid": "success",
    "refund_due": "danger",
    "partly_refunded": "info",
    "refunded": "info",
    "disputed": "danger",
}


class ReturnInline(ReadOnlyInline):
    """Leads to each return, where it is decided and received."""

    model = Return
    fields = ["number", "kind", "reason", "standing", "created_at", "received_at"]
    readonly_fields = fields
    show_change_link = False

    @admin.display(description="Return")
    def number(self, found: Return) -> str:
        address = reverse("admin:orders_return_change", args=[found.pk])
        return format_html('<a href="{}"><u>Return {}</u></a>', address, found.pk)

    @admin.display(description="State")
    def standing(self, found: Return) -> str:
        return stands(found)[1]


class PaymentInline(ReadOnlyInline):
    tab = True
    model = Payment
    fields = ["reference", "purpose", "state", "outcome", "taken", "channel", "paid_at", "review_reason"]
    readonly_fields = fields

    @admin.display(description="Amount")
    def taken(self, payment: Payment) -> str:
        return payment.amount.display


class EventInline(ReadOnlyInline):
    tab = True
    model = OrderEvent
    verbose_name_plural = "timeline"
    fields = ["created_at", "what", "status", "actor_label", "details"]
    readonly_fields = fields
    show_change_link = False
    hide_title = True
    status = in_words(timeline.status, "Status")
    what = in_words(timeline.what, "What")
    details = in_words(timeline.details, "More")


class ReservationInline(ReadOnlyInline):
    tab = True
    model = Reservation
    fields = ["variant_size", "quantity", "state", "created_at", "closed_at"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        return super().get_queryset(request).select_related("variant_size")


def _by(order: Order) -> str:
    """How it is sent, where that is not by the zone's own fee and days."""
    return f"by {order.delivery_method}" if order.delivery_method else ""


@admin.register(Order)
class OrderAdmin(SearchesPhones, PacksMany, MakesOrders, PrintsDocuments, OrderActions, ReadOnlyAdmin):
    list_display = ["order_number", "placed_at", "customer", "destination", "total", "status_badge", "payment_badge"]
    list_filter = [View, "status", "payment_status", "quote_status", "zone_name", "delivery_method", "country"]
    # A reference opens its order like a token: only who has the whole of it finds the order.
    search_fields = [
        *("number", "email", "full_name", "billing_name", "phone"),
        *("payments__reference__exact", "tracking_number"),
    ]
    search_help_text = "Number, name, phone, e-mail, whole payment reference or tracking number"
    date_hierarchy = "placed_at"
    inlines = [LineInline, ReturnInline, ParcelInline, QuoteInline, PaymentInline, EventInline, ReservationInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("number", "placed_at"),
                    ("stands", "money"),
                    ("contact", "address"),
                    "note",
                    ("invoice_to", "papers"),
                ]
            },
        ),
        (
            "Amounts",
            {"classes": ["tab"], "fields": [("subtotal", "discount"), ("delivery", "tax"), "total", "calculation"]},
        ),
        (
            "Delivery",
            {
                "classes": ["tab"],
                "fields": [
                    ("zone_name", "delivery_method"),
                    "quote_status",
                    ("delivery_min_days", "delivery_max_days"),
                    ("carrier", "tracking_number"),
                ],
            },
        ),
        (
            "Times",
            {
                "classes": ["tab"],
                "fields": [
                    ("hold_expires_at", "hold_extensions"),
                    ("paid_at", "packed_at"),
                    ("shipped_at", "delivered_at"),
                    "closed_at",
                ],
            },
        ),
        ("Mails", {"classes": ["tab"], "fields": ["mails"]}),
    ]
    subtotal = amount("subtotal_subunit", "Subtotal")
    discount = amount("discount_subunit", "Discount")
    delivery = amount("delivery_subunit", "Delivery")
    tax = amount("tax_subunit", "Tax")
    total = amount("total_subunit", "Total")

    def get_inlines(self, request: HttpRequest, obj: Order | None) -> list[Any]:
        """Without a heading for returns where there are none."""
        shown = list(super().get_inlines(request, obj))
        if obj is None or not obj.returns.exists():
            shown.remove(ReturnInline)
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = [
            "stands",
            "money",
            "contact",
            "address",
            "invoice_to",
            "subtotal",
            "discount",
            "delivery",
            "tax",
            "total",
            "calculation",
            "mails",
            "their_data",
        ]
        return [*shown, *(field.name for field in Order._meta.fields)]

    @admin.display(description="Number", ordering="number")
    def order_number(self, order: Order) -> str:
        return format_html('<span class="whitespace-nowrap">{}</span>', order.number)

    @display(description="Customer", header=True, ordering="full_name")
    def customer(self, order: Order) -> list[str]:
        return [order.full_name, order.phone]

    @admin.display(description="To")
    def destination(self, order: Order) -> str:
        where = (order.area or order.city, order.state or countries.name(str(order.country)), _by(order))
        return ", ".join(part for part in where if part)

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_badge(self, order: Order) -> tuple[str, str]:
        return order.status, order.told_status

    @display(description="Payment", ordering="payment_status", label=PAYMENT_COLOURS)
    def payment_badge(self, order: Order) -> tuple[str, str]:
        return order.payment_status, self.money(order)

    @admin.display(description="Status")
    def stands(self, order: Order) -> str:
        return order.told_status

    @admin.display(description="Payment")
    def money(self, order: Order) -> str:
        if order.is_owed_at_the_door:
            return "Unpaid, at the door"
        return str(order.get_payment_status_display())

    @admin.display(description="Customer")
    def contact(self, order: Order) -> str:
        """WhatsApp wants the number without its plus."""
        return format_html(
            '{}<br><a href="mailto:{}"><u>{}</u></a><br>'
            '{} <a href="https://wa.me/{}" rel="noreferrer"><u>WhatsApp</u></a>',
            order.full_name,
            order.email,
            order.email,
            order.phone,
            order.phone.removeprefix("+"),
        )

    @admin.display(description="Deliver to")
    def address(self, order: Order) -> str:
        parts = [
            order.street,
            order.landmark,
            order.area,
            order.city,
            order.state,
            order.postcode,
            countries.name(str(order.country)),
            _by(order),
        ]
        return format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts if part))

    @admin.display(description="Invoice to")
    def invoice_to(self, order: Order) -> str:
        lines = order.bill_to or ("The recipient",)
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    @admin.display(description="How the total was calculated")
    def calculation(self, order: Order) -> str:
        rows = [(told(step, order.currency),) for step in order.trace]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", rows)) if rows else "–"

    @admin.display(description="Mails of this order")
    def mails(self, order: Order) -> str:
        about = f"order/{order.number}"
        found = OutgoingMail.objects.filter(Q(about=about) | Q(about__startswith=f"{about}/")).order_by("created_at")
        rows = [
            (
                reverse("admin:mailing_outgoingmail_change", args=[mail.pk]),
                mail.subject or mail.kind,
                mail.recipient,
                _became(mail),
            )
            for mail in found
        ]
        links = format_html_join("", '<li><a href="{}"><u>{}</u></a> to {}: {}</li>', rows)
        return format_html("<ul>{}</ul>", links) if rows else "None yet"


def _became(mail: OutgoingMail) -> str:
    """Its state, when it was sent, and what Resend says became of it."""
    when = timezone.localtime(mail.sent_at).strftime("%d %b %H:%M") if mail.sent_at else ""
    return ", ".join(filter(None, [mail.get_state_display(), when, mail.delivery and mail.get_delivery_display()]))


@admin.register(OrderEvent)
class OrderEventAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "order", "what", "from_status", "to_status", "actor_label"]
    fields = ["created_at", "order", "what", "details", "from_status", "to_status", "actor_label"]
    readonly_fields = ["what", "details"]
    what = in_words(timeline.what, "What")
    details = in_words(timeline.details, "More")
    list_filter = ["kind", "to_status"]
    list_select_related = ["order"]
    search_fields = ["order__number", "actor_label"]
    date_hierarchy = "created_at"


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ["order", "variant_size", "quantity", "state", "created_at", "closed_at"]
    list_filter = ["state"]
    list_select_related = ["order", "variant_size"]
    search_fields = ["order__number", "variant_size__sku"]
    date_hierarchy = "created_at"

"""What customers send back, and what of it waits for staff."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from adminpanel.refunds_admin import standing_of
from adminpanel.return_actions import ReturnActions
from adminpanel.return_forms import told
from adminpanel.waiting import WhatIsToDo
from orders.models import Return, ReturnLine
from payments import returning

STATE_COLOURS = {
    "to_send": "danger",
    "requested": "warning",
    "approved": "info",
    "refused": "default",
    "received": "primary",
    "closed": "success",
    "lost": "danger",
    "unpaid": "default",
}


class View(WhatIsToDo):
    views = {
        "to_decide": ("To decide", lambda rows: rows.filter(state=Return.State.REQUESTED)),
        "coming": ("On their way", lambda rows: rows.filter(state=Return.State.APPROVED)),
        "to_refund": ("To refund", lambda rows: rows.filter(state=Return.State.RECEIVED)),
        "to_send": ("To send", lambda rows: rows.filter(pk__in=Return.objects.to_send())),
    }


def stands(found: Return) -> tuple[str, str]:
    """Its state and how staff read it: an exchange is not done while its other size is in the shop."""
    return ("to_send", "Other size to be sent") if found.is_to_send else (found.state, found.get_state_display())


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = ["what", "quantity", "exchange_to", "condition", "stayed", "stayed_as"]
    readonly_fields = fields
    show_change_link = False
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).with_pieces().select_related("order_line__order")

    @admin.display(description="What")
    def what(self, line: ReturnLine) -> str:
        return f"{told(line)}, {line.told_sku}"


@admin.register(Return)
class ReturnAdmin(ReturnActions, ReadOnlyAdmin):
    list_display = ["number", "order", "kind", "reason", "state_badge", "created_at", "received_at", "sent_at"]
    list_filter = [View, "state", "kind", "reason"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__email", "order__full_name", "tracking_number"]
    date_hierarchy = "created_at"
    inlines = [ReturnLineInline]
    fields = [
        ("order", "kind"),
        ("standing", "money_back"),
        ("reason", "text"),
        "answer",
        ("created_at", "decided_at"),
        ("received_at", "closed_at"),
        ("sent_at", "carrier"),
        ("tracking_number", "actor"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        return super().get_queryset(request).prefetch_related("lines")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["standing", "money_back", *(field.name for field in Return._meta.fields)]

    @admin.display(description="Return", ordering="pk")
    def number(self, found: Return) -> str:
        return f"Return {found.pk}"

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, found: Return) -> tuple[str, str]:
        return stands(found)

    @admin.display(description="State")
    def standing(self, found: Return) -> str:
        return stands(found)[1]

    @admin.display(description="Its money")
    def money_back(self, found: Return) -> str:
        """Leads to the refund that was asked for it, which staff may have to give themselves."""
        refund = returning.refund_of(found)
        if refund is None:
            return "–"
        address = reverse("admin:payments_refund_change", args=[refund.pk])
        return format_html('<a href="{}"><u>{}</u></a>: {}', address, refund.amount, standing_of(refund)[1].lower())


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ["parcel", "order_line", "came_by", "quantity", "exchange_to", "condition", "stayed", "stayed_as"]
    list_filter = ["condition"]
    list_select_related = ["parcel__order", "order_line", "exchange_to", "stayed", "came_by__order_line__order"]
    search_fields = ["parcel__order__number", "order_line__sku", "order_line__instead_sku", "came_by__exchange_to__sku"]

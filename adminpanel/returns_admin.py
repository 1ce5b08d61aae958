"""What customers send back, and what of it waits for staff."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from adminpanel.return_actions import ReturnActions
from adminpanel.return_forms import told
from adminpanel.waiting import WhatIsToDo
from orders.models import Return, ReturnLine

STATE_COLOURS = {
    "requested": "warning",
    "approved": "info",
    "refused": "default",
    "received": "primary",
    "closed": "success",
    "lost": "danger",
    "unpaid": "default",
}


class View(WhatIsToDo):
    views = {"to_send": ("Exchanges to send", lambda rows: rows.filter(pk__in=Return.objects.to_send()))}


class ReturnLineInline(ReadOnlyInline):
    model = ReturnLine
    fields = ["what", "quantity", "exchange_to", "condition"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).select_related("order_line", "exchange_to")

    @admin.display(description="What")
    def what(self, line: ReturnLine) -> str:
        return f"{told(line)}, {line.order_line.told_sku}"


@admin.register(Return)
class ReturnAdmin(ReturnActions, ReadOnlyAdmin):
    list_display = ["number", "order", "kind", "reason", "state_badge", "created_at", "received_at", "sent_at"]
    list_filter = [View, "state", "kind", "reason"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__email", "order__full_name", "tracking_number"]
    date_hierarchy = "created_at"
    inlines = [ReturnLineInline]

    @admin.display(description="Return", ordering="pk")
    def number(self, found: Return) -> str:
        return f"Return {found.pk}"

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, found: Return) -> tuple[str, str]:
        return found.state, found.get_state_display()


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ["parcel", "order_line", "quantity", "exchange_to", "condition"]
    list_filter = ["condition"]
    list_select_related = ["parcel__order", "order_line", "exchange_to"]
    search_fields = ["parcel__order__number", "order_line__sku", "order_line__instead_sku"]

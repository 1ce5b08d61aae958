"""Bags, to see what a customer on the phone is talking about."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Bag, BagLine, BagPick


class PickInline(ReadOnlyInline):
    model = BagPick
    fields = ["position", "variant_size"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[BagPick]:
        return super().get_queryset(request).select_related("variant_size")


class BagLineInline(ReadOnlyInline):
    model = BagLine
    fields = ["variant_size", "bundle", "picked", "quantity", "created_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BagLine]:
        lines = super().get_queryset(request).select_related("variant_size", "bundle")
        return lines.prefetch_related("picks__variant_size")

    @admin.display(description="Picked pieces")
    def picked(self, line: BagLine) -> str:
        return ", ".join(str(pick.variant_size) for pick in line.picks.all())


@admin.register(Bag)
class BagAdmin(ReadOnlyAdmin):
    list_display = ["id", "user", "state", "line_count", "created_at", "updated_at"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["user__email", "order__number", "order__email"]
    search_help_text = "E-mail address, or number of the order that it became"
    date_hierarchy = "updated_at"
    # The token opens the bag to whoever holds it, so staff do not see it.
    fields = ["user", "state", "created_at", "updated_at"]
    inlines = [BagLineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bag]:
        return super().get_queryset(request).annotate(number_of_lines=Count("lines"))

    @admin.display(description="Lines", ordering="number_of_lines")
    def line_count(self, bag: Any) -> int:
        return bag.number_of_lines


@admin.register(BagLine)
class BagLineAdmin(ReadOnlyAdmin):
    list_display = ["id", "bag", "variant_size", "bundle", "quantity", "created_at"]
    list_select_related = ["bag", "variant_size", "bundle"]
    search_fields = ["variant_size__sku", "bundle__name", "bag__user__email"]
    date_hierarchy = "created_at"
    inlines = [PickInline]


@admin.register(BagPick)
class BagPickAdmin(ReadOnlyAdmin):
    list_display = ["line", "position", "variant_size"]
    list_select_related = ["line", "variant_size"]
    search_fields = ["variant_size__sku"]

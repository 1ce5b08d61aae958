"""Parcels: what left the shop, with whom and when."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Shipment, ShipmentLine


class ParcelInline(ReadOnlyInline):
    tab = True
    model = Shipment
    verbose_name_plural = "parcels"
    fields = ["shipped_at", "carrier", "tracking_number", "what", "actor"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        return super().get_queryset(request).select_related("actor").prefetch_related("lines__order_line")

    @admin.display(description="What is in it")
    def what(self, shipment: Shipment) -> str:
        return ", ".join(f"{line.quantity} × {line.order_line.told_sku}" for line in shipment.lines.all())


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    list_display = ["order", "carrier", "tracking_number", "shipped_at", "actor"]
    list_filter = ["carrier"]
    list_select_related = ["order", "actor"]
    search_fields = ["order__number", "tracking_number"]
    date_hierarchy = "shipped_at"


@admin.register(ShipmentLine)
class ShipmentLineAdmin(ReadOnlyAdmin):
    list_display = ["shipment", "order_line", "told_sku", "quantity"]
    list_select_related = ["shipment__order", "order_line"]
    search_fields = ["shipment__order__number", "order_line__sku", "order_line__instead_sku"]

    @admin.display(description="SKU", ordering="order_line__sku")
    def told_sku(self, line: ShipmentLine) -> str:
        return line.order_line.told_sku

"""What customers wish for and wait for."""

from django.contrib import admin

from adminpanel.base import ReadOnlyAdmin
from catalog.models import StockAlert


@admin.register(StockAlert)
class StockAlertAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "variant_size", "email", "state", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["variant_size"]
    search_fields = ["email", "variant_size__sku"]
    fields = ["variant_size", "email", "state", "created_at", "ended_at"]

"""What customers wish for and wait for."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from catalog.models import StockAlert, Wish, Wishlist


@admin.register(StockAlert)
class StockAlertAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "variant_size", "email", "state", "ended_at"]
    list_filter = ["state"]
    list_select_related = ["variant_size"]
    search_fields = ["email", "variant_size__sku"]
    fields = ["variant_size", "email", "state", "created_at", "ended_at"]


class WishInline(ReadOnlyInline):
    model = Wish
    fields = ["variant", "size", "created_at"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        return super().get_queryset(request).select_related("variant__product", "variant__colour", "size")


@admin.register(Wishlist)
class WishlistAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "pieces", "created_at", "changed_at"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    fields = ["user", "created_at", "changed_at"]
    inlines = [WishInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wishlist]:
        return super().get_queryset(request).annotate(count=Count("wishes"))

    @admin.display(description="Wishes", ordering="count")
    def pieces(self, wishlist: Any) -> int:
        return wishlist.count

"""Products, prices and stock as sheets: sent, looked at, applied; and what was changed by whom."""

from django.contrib import admin

from adminpanel.base import ReadOnlyAdmin
from catalog.models import SheetImport


@admin.register(SheetImport)
class SheetImportAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "name", "created_by", "applied_at", "summary"]
    list_filter = ["kind"]
    list_select_related = ["created_by"]
    fields = list_display

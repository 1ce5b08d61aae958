"""The lines of an order as staff see them: what goes out, which may be another size than was ordered, and its money."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from core.money import Money
from orders.models import Order, OrderLine
from payments.refund_amounts import worth_of


def named(line: OrderLine) -> str:
    """Which piece it is, for the field of a dialog."""
    return ", ".join(filter(None, [line.name, line.colour, line.told_size]))


class GoesOut:
    """Mixed into an admin class of lines."""

    @admin.display(description="SKU", ordering="sku")
    def told_sku(self, line: OrderLine) -> str:
        return line.told_sku

    @admin.display(description="Size", ordering="size")
    def told_size(self, line: OrderLine) -> str:
        return line.told_size


class LineInline(GoesOut, ReadOnlyInline):
    model = OrderLine
    fields = ["piece", "told_sku", "colour", "told_size", "quantity", "unit_price", "total", "refund_of_one"]
    readonly_fields = fields
    show_change_link = False

    def get_formset(self, request: HttpRequest, obj: Order | None = None, **kwargs: Any) -> Any:
        """Notes what each line is worth; Django makes an inline for each request."""
        self.worth = worth_of(obj, obj.all_lines()) if obj else {}
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """Each bundle with its pieces right below it."""
        return super().get_queryset(request).select_related("order").order_by(Coalesce("parent_id", "id"), "id")

    @admin.display(description="What")
    def piece(self, line: OrderLine) -> str:
        if line.kind == OrderLine.Kind.COMPONENT:
            return f"└ {line.name}"
        return f"{line.name} (bundle)" if line.kind == OrderLine.Kind.BUNDLE else line.name

    @admin.display(description="Each")
    def unit_price(self, line: OrderLine) -> str:
        return "–" if line.kind == OrderLine.Kind.COMPONENT else line.unit_price.display

    @admin.display(description="Total")
    def total(self, line: OrderLine) -> str:
        return "in the bundle" if line.kind == OrderLine.Kind.COMPONENT else line.total.display

    @admin.display(description="Refund of one")
    def refund_of_one(self, line: OrderLine) -> str:
        """What was paid for it, less the discount, as the dialog of refunds says."""
        return Money(self.worth[line.pk] // line.quantity, line.order.currency).display


@admin.register(OrderLine)
class OrderLineAdmin(GoesOut, ReadOnlyAdmin):
    list_display = ["order", "kind", "name", "told_sku", "colour", "told_size", "quantity"]
    list_filter = ["kind"]
    list_select_related = ["order"]
    search_fields = ["order__number", "sku", "instead_sku", "name"]
    date_hierarchy = "order__placed_at"

"""What is counted: sizes, the ledger of their counts, and the one way that staff change one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline, ShopAdmin, act, find
from catalog import stock
from catalog.models import StockAlert, StockMovement, VariantSize
from catalog.pricing import price_of

ADJUST_MAX = 100_000
# "Sold" is written by the fulfilment of an order and by nobody else.
REASONS = [choice for choice in StockMovement.Reason.choices if choice[0] != StockMovement.Reason.SOLD]


class AdjustForm(BaseDialogForm):
    change = forms.IntegerField(
        label="Change",
        help_text="Pieces to add, or with a minus to take away.",
        validators=[MinValueValidator(-ADJUST_MAX), MaxValueValidator(ADJUST_MAX)],
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = forms.ChoiceField(choices=REASONS, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(required=False, max_length=200, widget=UnfoldAdminTextInputWidget)


class StockLevel(admin.SimpleListFilter):
    title = "stock"
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("low", "Low"), ("out", "Sold out"), ("held", "Held for unpaid orders"), ("wanted", "Waited for")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[VariantSize]) -> QuerySet[VariantSize]:
        if self.value() == "low":
            return queryset & VariantSize.objects.low()
        if self.value() == "out":
            return queryset.filter(active=True, on_hand__lte=F("reserved"))
        if self.value() == "held":
            return queryset.filter(reserved__gt=0)
        if self.value() == "wanted":
            return queryset.filter(waiting__gt=0)
        return queryset


class MovementInline(ReadOnlyInline):
    model = StockMovement
    fields = ["created_at", "change", "before", "after", "reason", "actor", "note", "source_type", "source_id"]
    readonly_fields = fields
    hide_title = True  # the columns say it
    per_page = 20
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockMovement]:
        return super().get_queryset(request).select_related("actor").with_counts()

    @admin.display(description="On hand before")
    def before(self, movement: Any) -> int:
        return movement.before

    @admin.display(description="After")
    def after(self, movement: Any) -> int:
        return movement.after


@admin.register(VariantSize)
class VariantSizeAdmin(ShopAdmin):
    list_display = [
        "sku",
        "product",
        "colour",
        "size",
        "price",
        "on_hand",
        "reserved",
        "can_be_sold",
        "wanted",
        "active",
    ]
    list_filter = [StockLevel, "active", "size", "variant__colour", "variant__product__category"]
    list_select_related = ["variant__product", "variant__colour", "size"]
    search_fields = ["sku", "variant__sku", "variant__product__name"]
    autocomplete_fields = ["variant", "size"]
    fields = ["variant", "size", ("sku", "price_kobo"), ("on_hand", "reserved"), ("low_stock_threshold", "active")]
    readonly_fields = ["on_hand", "reserved"]
    inlines = [MovementInline]
    ordering = ["variant__product__name", "variant__position", "size__position"]
    actions_detail = ["adjust"]
    actions_row = ["adjust"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[VariantSize]:
        waiting = StockAlert.objects.filter(variant_size=OuterRef("pk"), state=StockAlert.State.WAITING).order_by()
        count = waiting.values("variant_size").annotate(count=Count("pk")).values("count")
        sizes = VariantSize.objects.priced().annotate(waiting=Coalesce(Subquery(count), 0))
        return sizes.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """What most customers wait for comes first where staff look at that."""
        ordering = list(super().get_ordering(request))
        return ["-waiting", *ordering] if request.GET.get("stock") == "wanted" else ordering

    @admin.display(description="Waiting", ordering="waiting")
    def wanted(self, size: Any) -> int:
        return size.waiting

    @admin.display(description="Product", ordering="variant__product__name")
    def product(self, size: VariantSize) -> str:
        return size.variant.product.name

    @admin.display(description="Colour", ordering="variant__colour__position")
    def colour(self, size: VariantSize) -> str:
        return size.variant.colour.name

    @admin.display(description="Price")
    def price(self, size: VariantSize) -> str:
        return price_of(size).display

    @display(description="Can be sold", label={"out": "danger", "low": "warning", "enough": "success"})
    def can_be_sold(self, size: VariantSize) -> tuple[str, str]:
        available = size.available
        level = "out" if not available else "low" if available <= size.low_stock_threshold else "enough"
        return level, str(available)

    def has_adjust_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who counts pieces need not be who sets prices."""
        return bool(request.user.has_perm("catalog.add_stockmovement"))

    @action(
        description="Adjust stock",
        url_path="adjust",
        icon="exposure",
        variant=ActionVariant.PRIMARY,
        permissions=["adjust"],
        dialog={
            "title": "Adjust stock",
            "description": "Written to the ledger with your name. Held pieces cannot be taken away.",
            "form_class": AdjustForm,
            "form_submit_text": "Adjust",
        },
    )
    def adjust(self, request: HttpRequest, form: AdjustForm, object_id: str) -> HttpResponseBase:
        change, reason, note = (form.cleaned_data[name] for name in ("change", "reason", "note"))

        def work() -> str:
            stock.adjust(find(VariantSize, object_id).pk, change, reason, actor_id=request.user.pk, note=note)
            return f"Stock changed by {change:+d}."

        return act(request, reverse("admin:catalog_variantsize_change", args=[object_id]), work)


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "variant_size", "change", "reason", "actor", "note", "source_type", "source_id"]
    list_filter = ["reason"]
    list_select_related = ["variant_size", "actor"]
    search_fields = ["variant_size__sku", "note"]
    date_hierarchy = "created_at"

"""Sales with their prices, and the record of what everything cost. Times are of Lagos."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from adminpanel.base import NairaMixin, ReadOnlyAdmin, ShopAdmin, naira
from catalog.models import PriceRecord, Sale, SalePrice
from core.money import Money

STATES = {"planned": "info", "running": "success", "over": "default", "stopped": "warning"}


class SalePriceForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        size, product = cleaned.get("variant_size"), cleaned.get("product")
        if size and product and size.variant.product_id != product.pk:
            self.add_error("variant_size", f"{size} is not a size of {product}. Choose one of its own, or none.")
        return cleaned


class SalePriceFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        """The database takes one price for each; Django does not compare new rows where the size is empty."""
        super().clean()
        met = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", None) or {}
            what = (cleaned.get("product"), cleaned.get("variant_size"))
            if what[0] is None or cleaned.get("DELETE"):
                continue
            if what in met:
                form.add_error("product", "This sale has a price for that already. Change that one.")
            met.add(what)


class SalePriceInline(NairaMixin, TabularInline):
    model = SalePrice
    form = SalePriceForm
    formset = SalePriceFormSet
    extra = 0
    hide_title = True  # the columns say it
    per_page = 50
    autocomplete_fields = ["product", "variant_size"]
    fields = ["product", "variant_size", "price_kobo", "regular"]
    readonly_fields = ["regular"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SalePrice]:
        prices = with_regular(super().get_queryset(request))
        return prices.select_related("sale", "product", "variant_size__variant")

    @admin.display(description="Regular price")
    def regular(self, price: Any) -> str:
        if price.pk is None:
            return ""
        shown = Money(price.regular_kobo).display
        return shown if price.price_kobo < price.regular_kobo else f"{shown}: not lowered by this"


def with_regular(prices: QuerySet[SalePrice]) -> QuerySet[SalePrice]:
    return prices.annotate(regular_kobo=Coalesce("variant_size__price_kobo", "product__base_price_kobo"))


@admin.register(Sale)
class SaleAdmin(ShopAdmin):
    list_display = ["name", "state", "starts_at", "ends_at", "price_count", "active"]
    list_filter = ["active"]
    search_fields = ["name", "note"]
    date_hierarchy = "starts_at"
    fields = ["name", "starts_at", "ends_at", "active", "note"]
    inlines = [SalePriceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Sale]:
        state = Case(
            When(active=False, then=Value("stopped")),
            When(starts_at__gt=Now(), then=Value("planned")),
            When(ends_at__gt=Now(), then=Value("running")),
            default=Value("over"),
            output_field=CharField(),
        )
        return super().get_queryset(request).annotate(state_now=state, prices_number=Count("prices"))

    @display(description="State", label=STATES)
    def state(self, sale: Any) -> str:
        return sale.state_now

    @admin.display(description="Prices", ordering="prices_number")
    def price_count(self, sale: Any) -> int:
        return sale.prices_number

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        prices = with_regular(SalePrice.objects.filter(sale=form.instance)).select_related("product")
        for price in prices.filter(price_kobo__gte=F("regular_kobo"))[:10]:
            messages.warning(
                request,
                f"{price.product}: {Money(price.price_kobo).display} is not lower than the regular "
                f"{Money(price.regular_kobo).display}, so the sale changes nothing there.",  # type: ignore[attr-defined]
            )


@admin.register(PriceRecord)
class PriceRecordAdmin(ReadOnlyAdmin):
    list_display = ["recorded_at", "variant_size", "price", "lowest_before"]
    list_select_related = ["variant_size"]
    search_fields = ["variant_size__sku"]
    date_hierarchy = "recorded_at"
    fields = ["recorded_at", "variant_size", "price", "lowest_before"]
    price = naira("price_kobo", "Price")
    lowest_before = naira("lowest_before_kobo", "Lowest in the 30 days before")

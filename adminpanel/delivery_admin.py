"""Zones, their fees, and the areas that map to them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import TabularInline
from unfold.decorators import action

from adminpanel import coverage as board
from adminpanel.base import NairaMixin, ReadOnlyAdmin, ShopAdmin, naira
from core.errors import ShopError
from core.money import Money
from core.one_line import is_one_line
from orders import coverage
from orders.models import DeliveryMethod, DeliveryQuote, Zone, ZoneArea
from orders.models.zones import unfit

NO_CHOICE = "Write a fee for the zone, or take these out: what staff price for each order leaves no choice."


class ZoneForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """A fee that cannot be read says nothing of the rest."""
        cleaned = super().clean() or self.cleaned_data
        if "fee_kobo" in cleaned:
            for name, why in unfit(cleaned).items():
                if name not in self.errors:
                    self.add_error(name, why)
        return cleaned


class AreaForm(forms.ModelForm):
    def has_changed(self) -> bool:
        """A row that was added is meant, also with all of it empty: it is every other country then."""
        return self.instance.pk is None or super().has_changed()

    def clean(self) -> dict[str, Any]:
        """A name that checkout does not offer would map to nothing, silently."""
        cleaned = super().clean() or self.cleaned_data
        try:
            coverage.check_mapping(str(cleaned.get("country", "")), cleaned.get("state", ""), cleaned.get("area", ""))
        except ShopError as error:
            self.add_error(error.field, error.message)
        return cleaned


class MethodForm(forms.ModelForm):
    def clean_name(self) -> str:
        """Checkout and the API send it back, and take no marks there that nobody sees."""
        name: str = self.cleaned_data["name"]
        if not is_one_line(name):
            raise forms.ValidationError("Write this on one line, without control characters.")
        return name


class MethodFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Read after the zone's own form: where staff price each delivery there is nothing to choose."""
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        if self.instance.fee_kobo is None and any(not form.cleaned_data.get("DELETE") for form in kept):
            raise forms.ValidationError(NO_CHOICE)


class MethodInline(NairaMixin, TabularInline):
    model = DeliveryMethod
    form = MethodForm
    formset = MethodFormSet
    may_be_nought = ("fee_kobo", "usd_fee_cents")
    verbose_name_plural = "other ways to deliver there, for shoppers to choose"
    extra = 0
    fields = ["name", "fee_kobo", "usd_fee_cents", "min_days", "max_days", "active"]


class AreaInline(TabularInline):
    model = ZoneArea
    form = AreaForm
    extra = 0
    fields = ["country", "state", "area"]
    per_page = 30


@admin.register(Zone)
class ZoneAdmin(ShopAdmin):
    form = ZoneForm
    list_display = ["name", "fee", "min_days", "max_days", "free_from", "other_ways", "tax", "position", "active"]
    list_filter = ["active"]
    search_fields = ["name", "slug", "areas__state", "areas__area"]
    prepopulated_fields = {"slug": ["name"]}
    may_be_nought = ("fee_kobo", "usd_fee_cents")
    inlines = [MethodInline, AreaInline]
    actions_list = ["coverage"]
    fields = [
        ("name", "slug"),
        ("fee_kobo", "free_from_kobo"),
        ("usd_fee_cents", "usd_free_from_cents"),
        ("min_days", "max_days"),
        ("tax_basis_points", "pay_on_delivery"),
        ("position", "active"),
    ]
    free_from = naira("free_from_kobo", "Free from")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if warning := board.warning():
            messages.warning(request, warning)

    @action(description="Coverage", url_path="coverage", icon="map", permissions=["view"])
    def coverage(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return board.page(request, self.admin_site.each_context(request))

    @admin.display(description="Fee", ordering="fee_kobo")
    def fee(self, zone: Zone) -> str:
        return "Quoted" if zone.fee_kobo is None else Money(zone.fee_kobo).display

    def get_queryset(self, request: HttpRequest) -> QuerySet[Zone]:
        return super().get_queryset(request).prefetch_related("other_methods")

    @admin.display(description="Other ways")
    def other_ways(self, zone: Zone) -> str:
        return ", ".join(method.name for method in zone.other_methods.all() if method.active)

    @admin.display(description="Tax", ordering="tax_basis_points")
    def tax(self, zone: Zone) -> str:
        return f"{zone.tax_percent} %"


@admin.register(ZoneArea)
class ZoneAreaAdmin(ShopAdmin):
    form = AreaForm
    list_display = ["country", "state", "area", "zone"]
    list_filter = ["zone"]
    list_select_related = ["zone"]
    search_fields = ["state", "area", "country"]
    autocomplete_fields = ["zone"]


@admin.register(DeliveryQuote)
class DeliveryQuoteAdmin(ReadOnlyAdmin):
    """Made in the order's own dialog; here is what became of them."""

    list_display = ["order", "price", "state", "made_by", "created_at", "paid_at"]
    list_filter = ["state"]
    list_select_related = ["order"]
    search_fields = ["order__number", "order__email"]
    search_help_text = "Order number or e-mail"
    date_hierarchy = "created_at"
    fields = ["order", ("price", "state"), "note", ("made_by", "created_at", "paid_at")]

    @admin.display(description="Price", ordering="amount_subunit")
    def price(self, quote: DeliveryQuote) -> str:
        return quote.amount.display

"""Bundles: what may be picked for them, what that saves, and what staff should look at before a customer does."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from unfold.widgets import UnfoldAdminSelectWidget

from adminpanel.base import ShopAdmin, naira
from adminpanel.catalog_admin import ImageInline
from adminpanel.gallery_admin import WithGallery
from catalog import bundles
from catalog.models import Bundle, Category


class BundleForm(forms.ModelForm):
    whole_category = forms.ModelChoiceField(
        Category.objects.all(),
        required=False,
        label="Add all products of",
        widget=UnfoldAdminSelectWidget,
        help_text="Every product that the category has now joins the products above when you save.",
    )

    class Meta:
        model = Bundle
        fields = ("name", "slug", "description", "price_kobo", "usd_price_cents")
        fields += ("pieces", "eligible", "active", "position")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        category, eligible = cleaned.get("whole_category"), cleaned.get("eligible")
        if category is not None and eligible is not None:
            cleaned["eligible"] = (eligible | bundles.products_of(category)).distinct()
        return cleaned


@admin.register(Bundle)
class BundleAdmin(WithGallery, ShopAdmin):
    view_on_site = True
    form = BundleForm
    list_display = ["name", "pieces", "price", "eligible_count", "active", "position"]
    list_filter = ["active", "pieces"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["eligible"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["preview"]
    inlines = [ImageInline]
    fields = [
        "preview",
        ("name", "slug"),
        "description",
        ("price_kobo", "usd_price_cents", "pieces"),
        "eligible",
        "whole_category",
        ("active", "position"),
    ]
    price = naira("price_kobo", "Price")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bundle]:
        return super().get_queryset(request).annotate(eligible_number=Count("eligible"))

    @admin.display(description="Products to pick from", ordering="eligible_number")
    def eligible_count(self, bundle: Any) -> int:
        return bundle.eligible_number

    @admin.display(description="What customers read")
    def preview(self, bundle: Bundle) -> Any:
        if not bundle.pk:
            return "Save it first."
        sentence, warnings = bundles.preview(bundle)
        return format_html("<p>{}</p>{}", sentence, format_html_join("", "<p><b>{}</b></p>", ((w,) for w in warnings)))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The products are known only after this; what is odd about them is told on the next page."""
        super().save_related(request, form, formsets, change)
        for warning in bundles.preview(form.instance)[1]:
            messages.warning(request, warning)

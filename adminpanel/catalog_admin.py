"""Products with their colours and sizes, and the words that they are described with."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from adminpanel.base import NairaMixin, ShopAdmin, naira
from adminpanel.gallery_admin import WithGallery
from adminpanel.sale_actions import SalesOfProducts
from catalog.models import Category, Colour, Image, Product, Size, Variant, VariantSize


class VariantInline(TabularInline):
    model = Variant
    extra = 0
    show_change_link = True
    autocomplete_fields = ["colour"]
    fields = ["colour", "sku", "position", "active"]


class SizeInline(NairaMixin, TabularInline):
    model = VariantSize
    extra = 0
    show_change_link = True
    autocomplete_fields = ["size"]
    fields = ["size", "sku", "price_kobo", "on_hand", "reserved", "low_stock_threshold", "active"]
    readonly_fields = ["on_hand", "reserved"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[VariantSize]:
        return super().get_queryset(request).select_related("size", "variant__product", "variant__colour")


class ImageInline(StackedInline):
    model = Image
    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    fields = [("alt", "position"), ("is_primary", "is_illustration"), ("state", "error")]
    readonly_fields = ["state", "error"]


@admin.register(Product)
class ProductAdmin(SalesOfProducts, ShopAdmin):
    view_on_site = True
    list_display = ["name", "category", "gender", "price", "colours", "pieces", "is_new", "active", "publish_at"]
    list_filter = ["active", "is_new", "category", "gender"]
    list_select_related = ["category"]
    search_fields = ["name", "slug", "variants__sku", "variants__sizes__sku"]
    date_hierarchy = "publish_at"
    autocomplete_fields = ["category", "size_guide"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["present_price", "created_at", "updated_at"]
    actions = ["sell_off"]
    inlines = [VariantInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "slug"),
                    "description",
                    ("category", "gender"),
                    ("base_price_kobo", "compare_at_kobo", "usd_price_cents"),
                    "present_price",
                ]
            },
        ),
        ("Selling", {"fields": [("active", "is_new"), "publish_at", "unpublish_at"]}),
        ("Fabric, care and sizes", {"fields": ["fabric", "care", "size_guide"]}),
        ("Record", {"fields": [("created_at", "updated_at")]}),
    ]
    price = naira("base_price_kobo", "Price")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        available = Sum(
            F("variants__sizes__on_hand") - F("variants__sizes__reserved"), filter=Q(variants__sizes__active=True)
        )
        products = super().get_queryset(request)
        return products.annotate(
            colour_count=Count("variants", distinct=True), piece_count=Coalesce(available, Value(0))
        )

    @admin.display(description="Colours", ordering="colour_count")
    def colours(self, product: Any) -> int:
        return product.colour_count

    @admin.display(description="Can be sold", ordering="piece_count")
    def pieces(self, product: Any) -> int:
        return product.piece_count


@admin.register(Variant)
class VariantAdmin(WithGallery, ShopAdmin):
    list_display = ["sku", "product", "colour", "position", "active"]
    list_filter = ["active", "colour", "product__category"]
    list_select_related = ["product", "colour"]
    search_fields = ["sku", "product__name", "colour__name", "sizes__sku"]
    autocomplete_fields = ["product", "colour"]
    inlines = [SizeInline, ImageInline]
    fields = ["product", "colour", "sku", "position", "active"]


@admin.register(Category)
class CategoryAdmin(ShopAdmin):
    view_on_site = True
    list_display = [
        "name",
        "slug",
        "parent",
        "minimum_quantity",
        "exempting_category",
        "final_sale",
        "position",
        "active",
    ]
    list_filter = ["active"]
    list_select_related = ["parent", "exempting_category"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["parent", "exempting_category", "size_guide"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Colour)
class ColourAdmin(ShopAdmin):
    list_display = ["name", "hex", "slug", "position"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Size)
class SizeAdmin(ShopAdmin):
    list_display = ["name", "position"]
    search_fields = ["name"]

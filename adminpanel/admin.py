"""Django's autodiscovery starts here: every admin class of the shop, last, so that they win over third parties'."""

from django.contrib import admin

from adminpanel import (
    bags_admin,
    bundles_admin,
    catalog_admin,
    delivery_admin,
    discounts_admin,
    disputes_admin,
    images_admin,
    machinery_admin,
    mailing_admin,
    newsletter_admin,
    orders_admin,
    payments_admin,
    people_admin,
    refunds_admin,
    returns_admin,
    reviews_admin,
    sales_admin,
    search_admin,
    sheets_admin,
    size_guides_admin,
    stock_admin,
    uploads_admin,
    videos_admin,
    wishes_admin,
)

admin.site.index_title = "Dashboard"

__all__ = [
    "bags_admin",
    "bundles_admin",
    "catalog_admin",
    "delivery_admin",
    "discounts_admin",
    "disputes_admin",
    "images_admin",
    "machinery_admin",
    "mailing_admin",
    "newsletter_admin",
    "orders_admin",
    "payments_admin",
    "people_admin",
    "refunds_admin",
    "returns_admin",
    "reviews_admin",
    "sales_admin",
    "search_admin",
    "sheets_admin",
    "size_guides_admin",
    "stock_admin",
    "uploads_admin",
    "videos_admin",
    "wishes_admin",
]

"""Pictures: what the worker made of them, and another try where it failed."""

from typing import Any

from django.contrib import admin
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from adminpanel.base import ShopAdmin, act
from catalog import images
from catalog.models import Image
from catalog.pictures import picture, source_of

STATES = {"queued": "info", "processing": "info", "ready": "success", "failed": "danger"}


@admin.register(Image)
class ImageAdmin(ShopAdmin):
    list_display = ["thumbnail", "alt", "variant", "bundle", "status", "is_primary", "is_illustration", "position", "updated_at"]
    list_display_links = ["thumbnail", "alt"]
    list_filter = ["state", "is_primary", "is_illustration"]
    list_select_related = ["variant__product", "variant__colour", "bundle"]
    search_fields = ["alt", "variant__sku", "variant__product__name", "bundle__name"]
    date_hierarchy = "created_at"
    fields = [
        "thumbnail",
        "alt",
        ("variant", "bundle"),
        ("position", "is_primary", "is_illustration"),
        ("state", "attempts"),
        "error",
        ("width", "height"),
        "original",
        ("created_at", "updated_at"),
    ]
    actions_detail = ["retry"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        staff = {"alt", "position", "is_primary", "is_illustration"}
        return [name for group in self.fields for name in ([group] if isinstance(group, str) else group) if name not in staff]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).select_related("variant__product", "variant__colour", "bundle")

    @admin.display(description="Picture")
    def thumbnail(self, image: Image) -> str:
        address = source_of(picture(image), 120) if image.state == Image.State.READY else ""
        return format_html('<img src="{}" alt="" width="48" height="60">', address) if address else "–"

    @display(description="State", ordering="state", label=STATES)
    def status(self, image: Image) -> tuple[str, str]:
        return image.state, image.get_state_display()

    @action(
        description="Process again",
        url_path="retry",
        icon="refresh",
        permissions=["act"],
        dialog={
            "title": "Process this picture again",
            "description": "The worker makes its versions anew from the original.",
            "form_class": None,
            "form_submit_text": "Process again",
        },
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            images.retry(int(object_id))
            return "The picture is in the queue again."

        return act(request, reverse("admin:catalog_image_change", args=[object_id]), work)

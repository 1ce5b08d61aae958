"""Pictures: uploaded here, worked on by the media worker, and tried again where that failed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminFileFieldWidget

from adminpanel.base import ShopAdmin, act, find
from adminpanel.uploads_admin import STATE_COLOURS, DiscardForm, FilesFirst, TriedAgain
from catalog import images, tasks
from catalog.models import Image
from catalog.pictures import picture, source_of
from core.errors import ShopError
from core.queue import nudge


class UploadForm(forms.ModelForm):
    file = forms.FileField(
        label="Photograph",
        help_text="JPEG, PNG, WebP or AVIF, up to 15 MB. Its versions for the shop are made in the background.",
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Image
        fields = ["alt", "variant", "bundle", "position", "is_primary", "is_illustration"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("variant")) == bool(cleaned.get("bundle")):
            self.add_error("variant", "Choose a colour of a product, or a bundle: one of the two.")
        if cleaned.get("file") and not self.errors:
            self._keep(cleaned["file"])
        return cleaned

    def _keep(self, file: Any) -> None:
        if file.size > images.BYTES_MAX:
            self.add_error("file", "This file is larger than 15 MB. Save it smaller.")
            return
        try:
            self.instance.original = images.store_original(file.read())
        except ShopError as error:
            self.add_error("file", error.message)


@admin.register(Image)
class ImageAdmin(FilesFirst, TriedAgain, ShopAdmin):
    list_display = [
        "thumbnail",
        "alt",
        "shows",
        "state_badge",
        "tries",
        "is_primary",
        "is_illustration",
        "position",
        "updated_at",
    ]
    list_display_links = ["thumbnail", "alt"]
    list_filter = ["state", "is_primary", "is_illustration"]
    list_select_related = ["variant__product", "variant__colour", "bundle", "review"]
    search_fields = ["alt", "variant__sku", "variant__product__name", "bundle__name"]
    date_hierarchy = "created_at"
    autocomplete_fields = ["variant", "bundle"]
    add_fieldsets = [
        (None, {"fields": ["file", "alt", ("variant", "bundle"), ("position", "is_primary"), "is_illustration"]})
    ]
    fieldsets = [
        (None, {"fields": ["thumbnail", "alt", "shows", ("position", "is_primary"), "is_illustration"]}),
        (
            "Work",
            {
                "fields": [
                    ("state", "attempts", "next_attempt_at"),
                    "error",
                    ("width", "height"),
                    "original",
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]
    readonly_fields = [
        "thumbnail",
        "shows",
        "state",
        "attempts",
        "next_attempt_at",
        "error",
        "width",
        "height",
        "original",
        "created_at",
        "updated_at",
    ]
    actions_detail = ["retry", "discard"]

    def try_again(self, pk: int) -> None:
        images.retry(pk)
        nudge(tasks.process_image, pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        return super().get_queryset(request).select_related("variant__product", "variant__colour", "bundle", "review")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": UploadForm}))

    def save_model(self, request: HttpRequest, obj: Image, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            nudge(tasks.process_image, obj.pk)

    @admin.display(description="Picture")
    def thumbnail(self, image: Image) -> str:
        address = source_of(picture(image), 120) if image.state == Image.State.READY else ""
        return format_html('<img src="{}" alt="" width="48" height="60">', address) if address else "–"

    @admin.display(description="Shows")
    def shows(self, image: Image) -> str:
        return str(image.variant or image.bundle or image.review)

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, image: Image) -> tuple[str, str]:
        return image.state, image.get_state_display()

    @admin.display(description="Tries")
    def tries(self, image: Image) -> str:
        return f"{image.attempts}: {image.error}" if image.error else str(image.attempts)

    @action(
        description="Process again",
        url_path="retry",
        icon="refresh",
        permissions=["act"],
        dialog={
            "title": "Process this picture again",
            "description": "One that failed goes back into the queue of the media worker.",
            "form_class": None,
            "form_submit_text": "Process again",
        },
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            self.try_again(find(Image, object_id).pk)
            return "The picture is in the queue again."

        return act(request, reverse("admin:catalog_image_change", args=[object_id]), work)

    @action(
        description="Discard",
        url_path="discard",
        icon="delete",
        permissions=["act"],
        dialog={
            "title": "Discard this picture",
            "description": "Nobody tries again. The reason is kept with the upload and in the log of staff.",
            "form_class": DiscardForm,
            "form_submit_text": "Discard",
        },
    )
    def discard(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            image = find(Image, object_id)
            reason = form.cleaned_data["reason"]
            images.discard(image.pk, reason)
            self.log_change(request, image, f"Discarded: {reason}")
            return f"The picture is discarded: {reason}"

        return act(request, reverse("admin:catalog_image_changelist"), work)

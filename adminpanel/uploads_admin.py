"""What was uploaded together and what became of it; files that nobody names."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from catalog import work
from catalog.models import Image, LooseFile, Upload, UploadBatch
from core.errors import ShopError

STATE_COLOURS = {
    "queued": "info",
    "processing": "info",
    "ready": "success",
    "failed": "danger",
    "dead": "danger",
    "refused": "warning",
    "discarded": "warning",
}


class FilesFirst:
    """For forms that bring a new file: it is stored before its row, and no file is touched inside a transaction."""

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        if object_id is None:
            return self._changeform_view(request, None, *(args or ("", None)), **kwargs)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, *args, **kwargs)  # type: ignore[misc]


class DiscardForm(BaseDialogForm):
    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


class TriedAgain:
    """For lists of work on files: after an outage all that it has killed is put back into the queue at once."""

    actions = ["try_all_again"]

    def try_again(self, pk: int) -> None:
        """Raises ShopError where nothing was given up."""
        raise NotImplementedError

    @admin.action(description="Process again what was given up", permissions=["act"])
    def try_all_again(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        back = 0
        for pk in chosen.filter(state__in=work.GIVEN_UP).values_list("pk", flat=True):
            try:
                self.try_again(pk)
            except ShopError as error:
                messages.warning(request, f"Number {pk}: {error.message}")
            else:
                back += 1
        if back:
            messages.success(request, f"{back} are in the queue again.")
        else:
            messages.warning(request, "None of these was given up.")


class UploadInline(ReadOnlyInline):
    model = Upload
    fields = ["position", "name", "state", "why", "image"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).select_related("image")


@admin.register(UploadBatch)
class UploadBatchAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "target", "created_by", "total", "ready", "given_up", "not_taken"]
    list_select_related = ["variant__product", "variant__colour", "bundle", "created_by"]
    search_fields = ["variant__sku", "variant__product__name", "bundle__name", "created_by__email", "files__name"]
    date_hierarchy = "created_at"
    fields = ["id", "target", "created_by", "created_at"]
    inlines = [UploadInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadBatch]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                file_count=Count("files"),
                ready_count=Count("files", filter=Q(files__image__state=Image.State.READY)),
                given_up_count=Count("files", filter=Q(files__image__state__in=work.GIVEN_UP)),
                not_taken_count=Count("files", filter=Q(files__image=None)),
            )
        )

    @admin.display(description="For")
    def target(self, batch: UploadBatch) -> str:
        return str(batch.variant or batch.bundle)

    @admin.display(description="Files", ordering="file_count")
    def total(self, batch: Any) -> int:
        return batch.file_count

    @admin.display(description="Ready", ordering="ready_count")
    def ready(self, batch: Any) -> int:
        return batch.ready_count

    @admin.display(description="Given up", ordering="given_up_count")
    def given_up(self, batch: Any) -> int:
        return batch.given_up_count

    @admin.display(description="Not taken", ordering="not_taken_count")
    def not_taken(self, batch: Any) -> int:
        return batch.not_taken_count


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ["name", "state_badge", "why", "image", "batch"]
    list_filter = ["image__state", "discarded"]
    list_select_related = ["image", "batch__variant__product", "batch__variant__colour", "batch__bundle"]
    search_fields = ["name", "image__alt"]
    fields = ["name", "size_bytes", "state", "why", "image", "batch"]
    readonly_fields = ["state", "why"]

    @display(description="State", label=STATE_COLOURS)
    def state_badge(self, upload: Upload) -> tuple[str, str]:
        return upload.state, upload.state.capitalize()


@admin.register(LooseFile)
class LooseFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "number", "since"]
    list_filter = ["kind"]
    search_fields = ["name"]
    date_hierarchy = "since"

    @admin.display(description="Files")
    def number(self, loose: LooseFile) -> int:
        return len(loose.files)

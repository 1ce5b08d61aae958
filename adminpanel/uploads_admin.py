"""What was uploaded together and what became of it; files that nobody names."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from adminpanel.base import ReadOnlyAdmin, ReadOnlyInline
from catalog import work
from catalog.models import Image, LooseFile, Upload, UploadBatch

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


class UploadInline(ReadOnlyInline):
    model = Upload
    fields = ["position", "name", "state", "why", "image"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return super().get_queryset(request).select_related("image")


@admin.register(UploadBatch)
class UploadBatchAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "target", "created_by", "total", "ready", "given_up"]
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

"""Films: uploaded or linked here, made ready by the media worker, and tried again where that failed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminFileFieldWidget

from adminpanel.base import ShopAdmin, act, find
from adminpanel.uploads_admin import STATE_COLOURS, DiscardForm, FilesFirst, TriedAgain
from catalog import filming, images, tasks, videos
from catalog.models import Video
from core.errors import ShopError
from core.queue import nudge


class NewVideoForm(forms.ModelForm):
    film = forms.FileField(
        required=False,
        help_text="MP4 (H.264, AAC) or WebM, up to 50 MB, 60 seconds and 1080p.",
        widget=UnfoldAdminFileFieldWidget,
    )
    poster = forms.FileField(
        required=False,
        help_text="Needed for a link; for a file it is otherwise taken from the film.",
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Video
        fields = ["variant", "title", "url", "position"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        film, poster, url = cleaned.get("film"), cleaned.get("poster"), cleaned.get("url")
        if bool(film) == bool(url):
            self.add_error("film", "Upload a film or give the address of one: one of the two.")
        elif url and not poster:
            self.add_error("poster", "A link needs a picture to stand for it.")
        if not self.errors:
            self._keep(film, poster, url or "")
        return cleaned

    def _keep(self, film: Any, poster: Any, url: str) -> None:
        for field, file, most in (("film", film, filming.BYTES_MAX), ("poster", poster, images.BYTES_MAX)):
            if file and file.size > most:
                self.add_error(field, f"This file is larger than {most // 1024 // 1024} MB. Save it smaller.")
                return
        field = "url"
        try:
            if url:
                self.instance.url = videos.checked_link(url)
            field = "poster"
            kept = images.store_original(poster.read()) if poster else ""
            field = "film"
            self.instance.original = kept if url else videos.store_original(film.read())
            self.instance.poster_original = "" if url else kept
        except ShopError as error:
            self.add_error(field, error.message)


@admin.register(Video)
class VideoAdmin(FilesFirst, TriedAgain, ShopAdmin):
    list_display = ["title", "variant", "state_badge", "length", "position", "updated_at"]
    list_filter = ["state"]
    list_select_related = ["variant__product", "variant__colour"]
    search_fields = ["title", "variant__sku", "variant__product__name"]
    date_hierarchy = "created_at"
    autocomplete_fields = ["variant"]
    add_fieldsets = [(None, {"fields": ["variant", "title", "film", "url", "poster", "position"]})]
    fieldsets = [
        (None, {"fields": ["title", "variant", "position", "url", "length"]}),
        ("Work", {"fields": [("state", "attempts", "next_attempt_at"), "error", "file", "original", "created_at"]}),
    ]
    readonly_fields = [
        *("variant", "url", "length", "state", "attempts", "next_attempt_at", "error", "file", "original"),
        "created_at",
    ]
    actions_detail = ["retry", "discard"]

    def try_again(self, pk: int) -> None:
        videos.retry(pk)
        nudge(tasks.process_video, pk)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": NewVideoForm}))

    def save_model(self, request: HttpRequest, obj: Video, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            nudge(tasks.process_video, obj.pk)

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, video: Video) -> tuple[str, str]:
        return video.state, video.get_state_display()

    @admin.display(description="Length", ordering="duration_ms")
    def length(self, video: Video) -> str:
        return f"{video.duration_ms / 1000:.0f} s" if video.duration_ms else "–"

    @action(
        description="Process again",
        url_path="retry",
        icon="refresh",
        permissions=["act"],
        dialog={
            "title": "Process this film again",
            "description": "One that failed goes back into the queue of the media worker.",
            "form_class": None,
            "form_submit_text": "Process again",
        },
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            self.try_again(find(Video, object_id).pk)
            return "The film is in the queue again."

        return act(request, reverse("admin:catalog_video_change", args=[object_id]), work)

    @action(
        description="Discard",
        url_path="discard",
        icon="delete",
        permissions=["act"],
        dialog={
            "title": "Discard this film",
            "description": "Nobody tries again. The reason is kept in the log of staff.",
            "form_class": DiscardForm,
            "form_submit_text": "Discard",
        },
    )
    def discard(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponseBase:
        def work() -> str:
            video = find(Video, object_id)
            reason = form.cleaned_data["reason"]
            videos.discard(video.pk)
            self.log_change(request, video, f"Discarded: {reason}")
            return f"The film is discarded: {reason}"

        return act(request, reverse("admin:catalog_video_changelist"), work)

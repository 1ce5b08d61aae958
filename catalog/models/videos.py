"""Films of a colour, beside its pictures."""

from django.db import models
from django.db.models import Q

from catalog.models.products import Variant
from catalog.models.work import Pictured, Work


class Video(Work, Pictured):
    """A film that the shop hands out itself, or a link to one elsewhere. `renditions` are of its poster.

    `original` is what the worker works on: the film, or for a link the picture that stands for it.
    """

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="videos")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200, help_text="What is to be seen, for those who do not see it.")
    url = models.CharField(max_length=300, blank=True, help_text="At YouTube or Vimeo, instead of a file.")
    poster_original = models.CharField(
        max_length=200, blank=True, help_text="A picture given for it; without one it is taken from the film."
    )
    file = models.CharField(max_length=200, blank=True, help_text="Name in the public storage.")
    media_type = models.CharField(max_length=20, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="video_has_title"),
            models.CheckConstraint(condition=Q(url="") | Q(url__startswith="https://"), name="video_link_is_https"),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(width__gt=0) & ~Q(renditions={}) & (~Q(url="") | (~Q(file="") & Q(duration_ms__gt=0)))),
                name="video_ready_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["updated_at"], condition=Q(state__in=["queued", "processing"]), name="video_unfinished_idx"
            ),
            models.Index(fields=["original"], name="video_original_idx"),
            models.Index(fields=["file"], name="video_file_idx"),
            models.Index(fields=["stem"], name="video_stem_idx"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def alt(self) -> str:
        """Of its poster, for catalog.pictures."""
        return self.title

    @property
    def is_illustration(self) -> bool:
        return False

"""What staff send together, file by file; and stored files of which nobody is sure."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.bundles import Bundle
from catalog.models.images import Image
from catalog.models.products import Variant


class UploadBatch(models.Model):
    """The job of one upload: its id opens it to whoever sent it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    variant = models.ForeignKey(Variant, models.CASCADE, null=True, related_name="+")
    bundle = models.ForeignKey(Bundle, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "upload batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(variant__isnull=False, bundle__isnull=True) | Q(variant__isnull=True, bundle__isnull=False),
                name="upload_for_a_variant_or_a_bundle",
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="upload_batch_created_idx")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.variant or self.bundle}"


class Upload(models.Model):
    """One file of a batch. What became of it is told by its picture, or by the reason why it has none."""

    REFUSED = "refused"
    DISCARDED = "discarded"

    batch = models.ForeignKey(UploadBatch, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="As the sender called it; never used as a path.")
    size_bytes = models.PositiveIntegerField()
    image = models.OneToOneField(Image, models.SET_NULL, null=True, related_name="upload")
    reason = models.CharField(max_length=300, blank=True, help_text="Why there is no picture.")
    discarded = models.BooleanField(default=False)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="upload_position_in_batch")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """A state of its picture's work, `refused` or `discarded`."""
        if self.image:
            return self.image.state
        return self.REFUSED if self.reason and not self.discarded else self.DISCARDED

    @property
    def why(self) -> str:
        return self.image.error if self.image else self.reason


class LooseFile(models.Model):
    """Files that may be named by no row: about to be named for the first time, or just given up.

    Written before a file is stored, and by a trigger when a row lets go of its files. catalog.loose_files looks again
    after a day.
    """

    class Kind(models.TextChoices):
        ORIGINAL = "original"
        PICTURE = "picture"
        VIDEO = "video"
        SOCIAL = "social"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200, help_text="What rows call it: a storage name, or the stem of several.")
    files = ArrayField(models.CharField(max_length=200))
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="loose_file_once")]
        indexes = [models.Index(fields=["since"], name="loose_file_since_idx")]

    def __str__(self) -> str:
        return self.name

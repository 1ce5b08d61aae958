"""Pictures of variants, of bundles and of what customers received."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.bundles import Bundle
from catalog.models.products import Variant
from catalog.models.shown import ShownQuerySet


class Image(models.Model):
    """One picture. The original is private; `renditions` says where its public versions are.

    `renditions` maps format to width to storage name: {"avif": {"360": "renditions/ab/….avif"}, "webp": …, "jpeg": …}.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    variant = models.ForeignKey(Variant, models.CASCADE, null=True, blank=True, related_name="images")
    bundle = models.ForeignKey(Bundle, models.CASCADE, null=True, blank=True, related_name="images")
    review = models.ForeignKey(
        "catalog.Review", models.CASCADE, null=True, blank=True, related_name="photos", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField("text alternative", max_length=200)
    is_primary = models.BooleanField(default=False)
    is_illustration = models.BooleanField(default=False, help_text="A drawing, until the photograph comes.")
    original = models.CharField(max_length=200, blank=True, help_text="Name in the private storage of originals.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    renditions = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ShownQuerySet["Image"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(variant__isnull=False, bundle__isnull=True, review__isnull=True)
                | Q(variant__isnull=True, bundle__isnull=False, review__isnull=True)
                | Q(variant__isnull=True, bundle__isnull=True, review__isnull=False),
                name="image_of_one_owner",
            ),
            models.CheckConstraint(condition=~Q(alt=""), name="image_has_alt"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(width__gt=0, height__gt=0) & ~Q(renditions={})),
                name="image_ready_has_renditions",
            ),
            models.UniqueConstraint(
                fields=["variant"], condition=Q(is_primary=True, variant__isnull=False), name="image_primary_of_variant"
            ),
            models.UniqueConstraint(
                fields=["bundle"], condition=Q(is_primary=True, bundle__isnull=False), name="image_primary_of_bundle"
            ),
        ]
        indexes = [
            models.Index(
                fields=["updated_at"], condition=Q(state__in=["queued", "processing"]), name="image_unfinished_idx"
            ),
            models.Index(fields=["review"], condition=Q(review__isnull=False), name="image_review_idx"),
        ]

    def __str__(self) -> str:
        return self.alt

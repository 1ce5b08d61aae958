"""Pictures of variants, of bundles and of what customers received."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.bundles import Bundle
from catalog.models.products import Variant
from catalog.models.shown import ShownQuerySet
from catalog.models.work import Pictured, Work


class Image(Work, Pictured):
    """One picture. The original is private; `renditions` says where its public versions are."""

    variant = models.ForeignKey(Variant, models.CASCADE, null=True, blank=True, related_name="images")
    bundle = models.ForeignKey(Bundle, models.CASCADE, null=True, blank=True, related_name="images")
    review = models.ForeignKey(
        "catalog.Review", models.CASCADE, null=True, blank=True, related_name="photos", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField("text alternative", max_length=200)
    is_primary = models.BooleanField(default=False)
    is_illustration = models.BooleanField(default=False, help_text="A drawing, until the photograph comes.")
    replaces = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replacement",
        help_text="Takes that picture's place once it is ready; until then the old one is shown.",
    )

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
            models.Index(fields=["original"], name="image_original_idx"),
            models.Index(fields=["stem"], name="image_stem_idx"),
        ]

    def __str__(self) -> str:
        return self.alt

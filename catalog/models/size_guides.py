"""What the sizes of a kind of garment measure. Centimetres of the body; inches are computed, never kept."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

MEASURES = ("chest", "waist", "hips")
CM_MIN, CM_MAX = 20, 250


class SizeGuide(models.Model):
    """A table that products point at, themselves or by their category."""

    name = models.CharField(max_length=60, help_text="As customers read it, such as “Briefs and underwear”.")
    slug = models.SlugField(max_length=60, unique=True)
    note = models.CharField(max_length=300, blank=True, help_text="Shown above the table.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('orders:sizes')}?guide={self.slug}"


def _range(measure: str) -> models.CheckConstraint:
    both = {f"{measure}_from__isnull": False, f"{measure}_to__isnull": False}
    neither = {f"{measure}_from__isnull": True, f"{measure}_to__isnull": True}
    inside = {f"{measure}_from__gte": CM_MIN, f"{measure}_to__gt": F(f"{measure}_from"), f"{measure}_to__lte": CM_MAX}
    return models.CheckConstraint(condition=Q(**neither) | Q(**both, **inside), name=f"size_guide_{measure}_is_a_range")


class SizeGuideRow(models.Model):
    """One size: from so many centimetres to below so many. A trigger holds that each begins where the last one ends."""

    guide = models.ForeignKey(SizeGuide, models.CASCADE, related_name="rows", db_index=False)
    size = models.CharField(max_length=10, help_text="As it is named on the products.")
    position = models.PositiveSmallIntegerField(default=0, help_text="From small to large.")
    chest_from = models.PositiveSmallIntegerField(null=True, blank=True)
    chest_to = models.PositiveSmallIntegerField(null=True, blank=True)
    waist_from = models.PositiveSmallIntegerField(null=True, blank=True)
    waist_to = models.PositiveSmallIntegerField(null=True, blank=True)
    hips_from = models.PositiveSmallIntegerField(null=True, blank=True)
    hips_to = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "size"], name="size_once_in_a_guide"),
            models.CheckConstraint(
                condition=Q(chest_from__isnull=False) | Q(waist_from__isnull=False) | Q(hips_from__isnull=False),
                name="size_guide_row_measures_something",
            ),
            *(_range(measure) for measure in MEASURES),
        ]

    def __str__(self) -> str:
        return f"{self.guide}, {self.size}"

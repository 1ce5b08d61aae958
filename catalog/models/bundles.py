"""N pieces of the customer's choice for one price."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalog.models.products import Product
from catalog.models.shown import ShownQuerySet
from catalog.models.social import Social


class Bundle(Social):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    description = models.TextField(blank=True)
    price_kobo = models.BigIntegerField()
    usd_price_cents = models.BigIntegerField(
        "fixed dollar price", null=True, blank=True, help_text="Empty: converted at the day's rate."
    )
    pieces = models.PositiveSmallIntegerField(help_text="How many pieces the customer picks.")
    eligible = models.ManyToManyField(Product, related_name="bundles", blank=True)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[ShownQuerySet["Bundle"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(price_kobo__gt=0), name="bundle_price_above_nought"),
            models.CheckConstraint(
                condition=Q(usd_price_cents__isnull=True) | Q(usd_price_cents__gt=0),
                name="bundle_usd_price_above_nought",
            ),
            models.CheckConstraint(condition=Q(pieces__gte=2, pieces__lte=12), name="bundle_of_two_to_twelve"),
        ]
        indexes = [
            models.Index(fields=["social_image"], condition=~Q(social_image=""), name="bundle_social_idx"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:bundle", args=[self.slug])

"""Every change of a count, for ever."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum, Window

from catalog.models.products import VariantSize


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    def with_counts(self) -> Self:
        """With `before` and `after`: what was on hand. For all movements of a size: none may be left out."""
        after = Window(Sum("change"), partition_by=["variant_size"], order_by="id")
        return self.annotate(after=after, before=after - F("change"))


class StockMovement(models.Model):
    """A change of `on_hand`. Append-only: a trigger refuses UPDATE and DELETE. Written by catalog.stock alone."""

    class Reason(models.TextChoices):
        RECEIVED = "received", "Received"
        COUNT = "count", "Stock count"
        DAMAGED = "damaged", "Damaged"
        RETURN = "return", "Returned by a customer"
        LOSS = "loss", "Lost"
        PROMOTION = "promotion", "Given away"
        CORRECTION = "correction", "Correction"
        SOLD = "sold", "Sold"

    variant_size = models.ForeignKey(VariantSize, models.PROTECT, related_name="movements")
    change = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    source_type = models.CharField(max_length=20, blank=True, help_text="What caused it, such as order_line.")
    source_id = models.BigIntegerField(null=True, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["StockMovement"]] = StockMovementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="movement_moves_something"),
            models.CheckConstraint(
                condition=Q(source_type="", source_id__isnull=True) | (~Q(source_type="") & Q(source_id__isnull=False)),
                name="movement_source_whole",
            ),
            models.UniqueConstraint(
                fields=["source_type", "source_id", "reason"],
                condition=Q(source_id__isnull=False),
                name="movement_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.variant_size_id} ({self.reason})"

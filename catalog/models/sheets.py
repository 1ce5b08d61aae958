"""A sheet that somebody sent: kept while its differences are looked at, and then what was changed by it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class SheetImport(models.Model):
    """Until it is applied only whoever sent it may see it. Written by catalog.sheets.imports alone."""

    class Kind(models.TextChoices):
        PRODUCTS = "products", "Products"
        PRICES = "prices", "Prices"
        STOCK = "stock", "Stock"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField("file", max_length=120, help_text="As the sender called it; never used as a path.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    summary = models.CharField("changed", max_length=200, blank=True)
    # Packed: of a sheet that waits its rows, of one that was applied every cell before and after.
    rows = models.BinaryField(null=True)
    changes = models.BinaryField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, rows__isnull=False, changes__isnull=True)
                | Q(applied_at__isnull=False, rows__isnull=True, changes__isnull=False),
                name="sheet_waits_or_is_applied",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(applied_at__isnull=True), name="sheet_import_waiting_idx"),
            models.Index(fields=["-created_at"], name="sheet_import_newest_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.name}"

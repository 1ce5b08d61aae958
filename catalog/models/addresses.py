"""Addresses that things had before: links and search engines keep them for years."""

from django.db import models


class OldAddress(models.Model):
    """A slug that a product, category or bundle had. Triggers write it, whoever changes the slug.

    It names the thing and not its next slug, so that chains collapse and nothing can run in a circle. A slug that is
    taken again belongs to whoever has it now.
    """

    class Kind(models.TextChoices):
        PRODUCT = "product"
        CATEGORY = "category"
        BUNDLE = "bundle"

    kind = models.CharField(max_length=8, choices=Kind)
    slug = models.CharField(max_length=140)
    target_id = models.BigIntegerField()

    class Meta:
        ordering = ["kind", "slug"]
        verbose_name_plural = "old addresses"
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="old_address_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"

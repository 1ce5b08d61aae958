"""What a shopper means to buy."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Bundle, VariantSize

QUANTITY_CAP = 20


def new_token() -> str:
    """192 random bits: whoever holds it holds the bag or the order."""
    return secrets.token_urlsafe(24)


class Bag(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        ORDERED = "ordered"
        MERGED = "merged"  # into the bag of the account that its guest signed in to

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="bags")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    code = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="Discount code.")
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="When its owner was reminded of it by mail, which happens once."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="bag_one_open_per_customer"),
        ]
        indexes = [models.Index(fields=["updated_at"], condition=Q(state="open"), name="bag_open_idx")]

    def __str__(self) -> str:
        return f"bag {self.pk}"


class BagLine(models.Model):
    """A size, or a bundle with its picks, and how many of it."""

    bag = models.ForeignKey(Bag, models.CASCADE, related_name="lines")
    variant_size = models.ForeignKey(VariantSize, models.CASCADE, null=True, blank=True, related_name="+")
    bundle = models.ForeignKey(Bundle, models.CASCADE, null=True, blank=True, related_name="+")
    picks_key = models.CharField(
        max_length=300, blank=True, help_text="The picked sizes in order of their id: the same picks are one line."
    )
    quantity = models.PositiveSmallIntegerField()
    seen_kobo = models.BigIntegerField(
        null=True, blank=True, help_text="What one cost when the shopper last said yes to it: more or less is told."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(variant_size__isnull=False, bundle__isnull=True, picks_key="")
                | (Q(variant_size__isnull=True, bundle__isnull=False) & ~Q(picks_key="")),
                name="bag_line_of_a_size_or_a_bundle",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=QUANTITY_CAP), name="bag_line_quantity_within_cap"
            ),
            models.UniqueConstraint(
                fields=["bag", "variant_size"], condition=Q(bundle__isnull=True), name="bag_line_once_per_size"
            ),
            models.UniqueConstraint(
                fields=["bag", "bundle", "picks_key"],
                condition=Q(bundle__isnull=False),
                name="bag_line_once_per_picks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_size_id or self.bundle_id}"


class BagPick(models.Model):
    """One piece of a bundle in the bag."""

    line = models.ForeignKey(BagLine, models.CASCADE, related_name="picks")
    variant_size = models.ForeignKey(VariantSize, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["line", "position"], name="bag_pick_once_per_position")]

    def __str__(self) -> str:
        return f"{self.position}: {self.variant_size_id}"

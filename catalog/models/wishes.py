"""What customers would like to have."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.products import Size, Variant


def new_token() -> str:
    """192 random bits: whoever holds it sees and changes the list."""
    return secrets.token_urlsafe(24)


class Wishlist(models.Model):
    """Of an account, or of whoever has the token. Written by catalog.wishlist alone."""

    token = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(token__isnull=True, user__isnull=False) | Q(token__isnull=False, user__isnull=True),
                name="wishlist_of_an_account_or_a_guest",
            )
        ]
        indexes = [
            models.Index(fields=["changed_at"], condition=Q(user__isnull=True), name="wishlist_of_guests_idx"),
        ]

    def __str__(self) -> str:
        return f"Wishlist of {self.user}" if self.user_id else f"Wishlist of guest {self.pk}"


class Wish(models.Model):
    """One colour of a product, in a size where one was chosen."""

    wishlist = models.ForeignKey(Wishlist, models.CASCADE, related_name="wishes", db_index=False)
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+")
    size = models.ForeignKey(Size, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "wishes"
        constraints = [models.UniqueConstraint(fields=["wishlist", "variant"], name="wish_once_on_a_list")]

    def __str__(self) -> str:
        return str(self.variant)

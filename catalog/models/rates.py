"""What a unit of another currency is worth, from a moment on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.shown import ShownQuerySet


class ExchangeRate(models.Model):
    """Naira for one unit of a currency, until a later row takes over. A trigger refuses to change the past: a rate that
    has been in force stays as it is, and none begins before the one that is in force.
    """

    class Currency(models.TextChoices):
        USD = "USD", "US dollar"

    currency = models.CharField(max_length=3, choices=Currency, default=Currency.USD)
    naira = models.DecimalField(
        "naira for one", max_digits=14, decimal_places=6, help_text="Such as 1530.50 for one dollar."
    )
    round_up_to = models.PositiveIntegerField(
        "round up to",
        default=10,
        help_text="In cents. Converted prices are rounded up to a whole number of these: 10 makes $12.34 into $12.40.",
    )
    starts_at = models.DateTimeField(
        db_default=Now(), help_text="By the database's clock. Left as it is, from now on; the past stays what it was."
    )
    source = models.CharField(max_length=60, blank=True, help_text="Who or what says so.")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[ShownQuerySet["ExchangeRate"]] = ShownQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_at", "currency"],
                name="exchange_rate_once_at_a_time",
                violation_error_message="There is a rate from that moment on already. Change that one.",
            ),
            models.CheckConstraint(condition=Q(naira__gt=0), name="exchange_rate_above_nought"),
            models.CheckConstraint(
                condition=Q(round_up_to__gte=1, round_up_to__lte=10_000), name="exchange_rate_rounds_to_something"
            ),
            models.CheckConstraint(condition=Q(currency__in=["USD"]), name="exchange_rate_of_a_known_currency"),
        ]

    def __str__(self) -> str:
        return f"₦{self.naira.normalize():f} for one {self.currency}"

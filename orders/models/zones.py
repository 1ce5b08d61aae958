"""Where the shop delivers, for how much, and how fast."""

from django.db import models
from django.db.models import F, Q
from django_countries.fields import CountryField


class Zone(models.Model):
    """A fee and a range of working days for the areas that map to it. Shoppers give an address, never a zone."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    fee_kobo = models.BigIntegerField()
    min_days = models.PositiveSmallIntegerField(help_text="Working days.")
    max_days = models.PositiveSmallIntegerField(help_text="Working days.")
    free_from_kobo = models.BigIntegerField(null=True, blank=True, help_text="Subtotal from which delivery is free.")
    usd_fee_cents = models.BigIntegerField(
        "fixed dollar fee", null=True, blank=True, help_text="Empty: converted at the day's rate."
    )
    usd_free_from_cents = models.BigIntegerField(
        "free from, in dollars",
        null=True,
        blank=True,
        help_text="Empty: converted, where there is a threshold in naira.",
    )
    tax_basis_points = models.PositiveSmallIntegerField(default=0, help_text="100 are one per cent.")
    pay_on_delivery = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether orders there may be paid at the door, where that is switched on at all.",
    )
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(fee_kobo__gte=0), name="zone_fee_not_negative"),
            models.CheckConstraint(condition=Q(min_days__lte=F("max_days")), name="zone_days_in_order"),
            models.CheckConstraint(
                condition=Q(free_from_kobo__isnull=True) | Q(free_from_kobo__gt=0), name="zone_free_from_above_nought"
            ),
            models.CheckConstraint(
                condition=(Q(usd_fee_cents__isnull=True) | Q(usd_fee_cents__gte=0))
                & (Q(usd_free_from_cents__isnull=True) | Q(usd_free_from_cents__gt=0)),
                name="zone_dollars_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ZoneArea(models.Model):
    """Maps a country, one of its states, or one area (LGA) of a state to a zone; the narrowest match wins."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="areas")
    country = CountryField()
    state = models.CharField(max_length=60, blank=True, help_text="Empty: the whole country.")
    area = models.CharField(max_length=60, blank=True, help_text="Empty: the whole state.")

    class Meta:
        ordering = ["country", "state", "area"]
        constraints = [
            models.UniqueConstraint(fields=["country", "state", "area"], name="area_in_one_zone"),
            models.CheckConstraint(condition=Q(area="") | ~Q(state=""), name="area_has_its_state"),
        ]

    def __str__(self) -> str:
        return " / ".join(part for part in (str(self.country), self.state, self.area) if part)

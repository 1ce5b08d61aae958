"""Where the shop delivers, for how much, and how fast."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django_countries.fields import CountryField

# The zone's own way, where it has others beside it.
STANDARD = "Standard"
DAYS = ("min_days", "max_days")
OF_A_FEE = ("free_from_kobo", "usd_fee_cents", "usd_free_from_cents")
NEEDLESS = "Leave this empty, or write a fee: without one staff price the delivery of each order."
MISSING = "Write how many working days it takes, or leave the fee empty as well: then it is quoted."
NOT_AT_THE_DOOR = "Write a fee, or untick this: what staff have yet to price cannot be paid at the door."


class Zone(models.Model):
    """A fee and a range of working days for the areas that map to it. Shoppers give an address, never a zone.

    Without a fee its delivery is quoted: staff price each order, and only the rate of tax is the zone's.
    """

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    fee_kobo = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="Empty: delivery there is quoted. Staff price it for each order, and the tax is charged at once.",
    )
    min_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Working days. Empty where delivery is quoted."
    )
    max_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Working days. Empty where delivery is quoted."
    )
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
            models.CheckConstraint(
                condition=Q(fee_kobo__isnull=False, min_days__isnull=False, max_days__isnull=False)
                | Q(
                    fee_kobo__isnull=True,
                    min_days__isnull=True,
                    max_days__isnull=True,
                    free_from_kobo__isnull=True,
                    usd_fee_cents__isnull=True,
                    usd_free_from_cents__isnull=True,
                    pay_on_delivery=False,
                ),
                name="zone_has_fee_and_days_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_quoted(self) -> bool:
        return self.fee_kobo is None

    @property
    def tax_percent(self) -> str:
        return f"{self.tax_basis_points / 100:g}"


def unfit(columns: Mapping[str, Any]) -> dict[str, str]:
    """What does not go with a fee, or without one, and why, by its column. The CHECK refuses the same."""
    if columns["fee_kobo"] is not None:
        return {name: MISSING for name in DAYS if columns.get(name) is None}
    found = {name: NEEDLESS for name in (*DAYS, *OF_A_FEE) if columns.get(name) is not None}
    return found | ({"pay_on_delivery": NOT_AT_THE_DOOR} if columns.get("pay_on_delivery") else {})


class DeliveryMethod(models.Model):
    """Another way to the places of a zone: faster and dearer than the zone's own fee and days, or slower and cheaper.

    Shoppers choose among these by name. A zone without a fee offers none: staff price its deliveries.
    """

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="other_methods")
    name = models.CharField(max_length=40, help_text="As shoppers read it: Express, Next day.")
    fee_kobo = models.BigIntegerField()
    usd_fee_cents = models.BigIntegerField(
        "fixed dollar fee", null=True, blank=True, help_text="Empty: converted at the day's rate."
    )
    min_days = models.PositiveSmallIntegerField(help_text="Working days.")
    max_days = models.PositiveSmallIntegerField(help_text="Working days.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["zone", "fee_kobo"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "zone",
                name="delivery_method_once_in_its_zone",
                violation_error_message="This zone has a way of this name already.",
            ),
            models.CheckConstraint(
                condition=~Q(name__iexact=STANDARD) & ~Q(name=""),
                name="delivery_method_has_a_name_of_its_own",
                violation_error_message=f"{STANDARD} is the zone's own fee: call this way something else.",
            ),
            models.CheckConstraint(
                condition=Q(fee_kobo__gte=0) & (Q(usd_fee_cents__isnull=True) | Q(usd_fee_cents__gte=0)),
                name="delivery_method_fee_not_negative",
                violation_error_message="A fee is nought or more.",
            ),
            models.CheckConstraint(
                condition=Q(min_days__lte=F("max_days")),
                name="delivery_method_days_in_order",
                violation_error_message="Write the fewer days first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ZoneArea(models.Model):
    """Maps a country, one of its states, or one area (LGA) of a state to a zone; the narrowest match wins.

    Without a country it is every one abroad that is in no zone by its name. Home is not among them: a place left out
    there is a slip, and told as such (orders.coverage).
    """

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="areas")
    country = CountryField(
        blank=True, blank_label="Every other country", help_text="Empty: every country that has no zone of its own."
    )
    state = models.CharField(max_length=60, blank=True, help_text="Empty: the whole country.")
    area = models.CharField(max_length=60, blank=True, help_text="Empty: the whole state.")

    class Meta:
        ordering = ["country", "state", "area"]
        constraints = [
            models.UniqueConstraint(fields=["country", "state", "area"], name="area_in_one_zone"),
            models.CheckConstraint(condition=Q(area="") | ~Q(state=""), name="area_has_its_state"),
            models.CheckConstraint(condition=Q(state="") | ~Q(country=""), name="area_has_its_country"),
        ]

    def __str__(self) -> str:
        return " / ".join(part for part in (str(self.country), self.state, self.area) if part) or "Every other country"

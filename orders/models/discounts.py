"""Codes and automatic offers, and for which orders they were used."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.db.models.lookups import Exact

from catalog.models import Category
from core.money import Money
from orders.models.orders import Order

CODE_PATTERN = r"^[A-Z0-9][A-Z0-9-]{2,39}$"
# By whose days the first and the last day of an offer are counted.
TIME_ZONES = ("Africa/Lagos", "UTC", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Dubai")


def code_key(code: str) -> str:
    """One spelling of a code, however it was typed."""
    return code.strip().upper()


class Discount(models.Model):
    """What an order may cost less. Without a code it is an offer that every order gets by itself."""

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage", "Percentage"
        FIXED = "fixed", "Fixed amount"
        FREE_DELIVERY = "free_delivery", "Free delivery"

    name = models.CharField(max_length=80, help_text="Customers read it, as in “10% off your first order”.")
    code = models.CharField(
        max_length=40, blank=True, help_text="Letters, digits and hyphens, in either case. Empty: every order gets it."
    )
    kind = models.CharField(max_length=13, choices=Kind, default=Kind.PERCENTAGE)
    basis_points = models.PositiveSmallIntegerField(default=0, help_text="100 are one per cent.")
    amount_kobo = models.BigIntegerField(default=0, blank=True, help_text="Of a fixed amount.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day, to its end.")
    time_zone = models.CharField(max_length=40, choices=[(zone, zone) for zone in TIME_ZONES], default=TIME_ZONES[0])
    minimum_kobo = models.BigIntegerField(
        default=0, blank=True, help_text="What the pieces that it is for must come to; nought where it does not matter."
    )
    categories = models.ManyToManyField(
        Category,
        blank=True,
        related_name="+",
        help_text="With those below them. Of a bundle, every piece. None: all that the shop sells.",
    )
    first_order_only = models.BooleanField(default=False)
    limit_total = models.PositiveIntegerField(null=True, blank=True, help_text="Orders in all. Empty: no limit.")
    limit_per_customer = models.PositiveIntegerField(
        null=True, blank=True, help_text="Orders of one e-mail address; dots and +tags make no other. Empty: no limit."
    )
    stacks = models.BooleanField(default=False, help_text="Goes together with others that stack.")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-active", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="discount_code_once"),
            models.CheckConstraint(condition=Exact(F("code"), Upper("code")), name="discount_code_in_one_case"),
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=CODE_PATTERN), name="discount_code_can_be_typed"
            ),
            models.CheckConstraint(
                condition=Q(kind="percentage", basis_points__gte=1, basis_points__lte=10_000, amount_kobo=0)
                | Q(kind="fixed", amount_kobo__gte=1, basis_points=0)
                | Q(kind="free_delivery", amount_kobo=0, basis_points=0),
                name="discount_is_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="discount_days_in_order",
            ),
            models.CheckConstraint(condition=Q(time_zone__in=TIME_ZONES), name="discount_time_zone_known"),
            models.CheckConstraint(condition=Q(minimum_kobo__gte=0), name="discount_minimum_not_negative"),
            models.CheckConstraint(
                condition=(Q(limit_total__isnull=True) | Q(limit_total__gte=1))
                & (Q(limit_per_customer__isnull=True) | Q(limit_per_customer__gte=1)),
                name="discount_limits_of_one_or_more",
            ),
        ]
        indexes = [models.Index(fields=["code"], condition=Q(active=True), name="discount_active_idx")]

    def __str__(self) -> str:
        return self.code or self.name

    @property
    def label(self) -> str:
        """How totals name it."""
        return f"{self.name} ({self.code})" if self.code else self.name

    @property
    def worth(self) -> str:
        """`10%`, `₦2,000`, `free delivery`: what pages say and what is applied are the same figure."""
        if self.kind == self.Kind.PERCENTAGE:
            return f"{self.basis_points / 100:g}%"
        return Money(self.amount_kobo).display if self.kind == self.Kind.FIXED else "free delivery"


class Redemption(models.Model):
    """A discount that an order got. It counts towards the limits while it is live: until the order ends unpaid.

    Money that comes for an order that had ended finds its price honoured; where others used the discount up meanwhile,
    the redemption counts towards no limit.
    """

    class State(models.TextChoices):
        LIVE = "live", "Counts"
        FREED = "freed", "Freed"
        HONOURED = "honoured", "Honoured above the limit"

    discount = models.ForeignKey(Discount, models.PROTECT, related_name="redemptions")
    order = models.ForeignKey(Order, models.PROTECT, related_name="redemptions")
    email_key = models.CharField(max_length=254, help_text="Whose: the e-mail address in one spelling.")
    amount_subunit = models.BigIntegerField(default=0, help_text="Off the goods.")
    delivery_subunit = models.BigIntegerField(default=0, help_text="Off the delivery.")
    state = models.CharField(max_length=8, choices=State, default=State.LIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "discount"], name="redemption_once_per_order"),
            models.CheckConstraint(
                condition=Q(amount_subunit__gte=0, delivery_subunit__gte=0), name="redemption_amounts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(amount_subunit__gte=1) | Q(delivery_subunit__gte=1), name="redemption_takes_something_off"
            ),
        ]
        indexes = [
            models.Index(fields=["discount", "email_key"], condition=Q(state="live"), name="redemption_live_idx")
        ]

    def __str__(self) -> str:
        return f"{self.discount_id} for {self.order_id} ({self.state})"

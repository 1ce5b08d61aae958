"""Where Paystack's list and the shop's say different things."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.money import Money
from payments.models.payments import Payment


class Difference(models.Model):
    """One transaction about which Paystack and the shop do not agree, until somebody has dealt with it."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", "Paid at Paystack, unknown here"
        NOT_HERE = "not-here", "Paid at Paystack, not captured here"
        MISSING = "missing", "Captured here, unknown at Paystack"
        AMOUNT = "amount", "Another amount or currency"
        REVERSED = "reversed", "Taken back at Paystack, not here"

    class State(models.TextChoices):
        OPEN = "open", "To deal with"
        CLOSED = "closed", "Dealt with"

    class How(models.TextChoices):
        ATTACHED = "attached", "Attached to an order"
        REFUNDED = "refunded", "Given back"
        LOOKED_AT = "looked-at", "Looked at"

    kind = models.CharField(max_length=8, choices=Kind)
    reference = models.CharField(max_length=100)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="differences")
    provider_transaction_id = models.BigIntegerField(null=True, blank=True)
    amount_subunit = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    email = models.CharField(max_length=254, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    busy_until = models.DateTimeField(null=True, blank=True, help_text="While somebody gives it back.")
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_how = models.CharField("dealt with by", max_length=9, choices=How, blank=True)
    closed_by = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["reference", "kind"], name="difference_once"),
            models.CheckConstraint(
                condition=Q(state="open", closed_how="", closed_by="", closed_at__isnull=True)
                | (Q(state="closed", closed_at__isnull=False) & ~Q(closed_how="") & ~Q(closed_by="")),
                name="difference_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(closed_how="attached") | Q(payment__isnull=False), name="difference_attached_has_payment"
            ),
        ]
        indexes = [models.Index(fields=["found_at"], condition=Q(state="open"), name="difference_open_idx")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_kind_display()}, {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_subunit, self.currency)

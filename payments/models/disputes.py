"""What a customer's bank asks back."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.money import Money
from payments.models.payments import Payment


class Dispute(models.Model):
    """A payment that its payer's bank disputes, as Paystack tells of it. Without an answer in time it is lost."""

    class State(models.TextChoices):
        OPEN = "open", "With the bank"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    provider_dispute_id = models.BigIntegerField("Paystack's number", unique=True)
    amount_subunit = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    category = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    provider_status = models.CharField(max_length=40, blank=True)
    resolution = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(null=True, blank=True, help_text="By when it is answered on Paystack's dashboard.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_subunit__gt=0), name="dispute_amount_above_nought"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state__in=["won", "lost"], closed_at__isnull=False),
                name="dispute_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by="")
                | Q(answered_at__isnull=False) & ~Q(answered_by=""),
                name="dispute_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="dispute_open_idx")]

    def __str__(self) -> str:
        return f"Dispute {self.provider_dispute_id} over {self.amount}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_subunit, self.currency)

    @property
    def is_overdue(self) -> bool:
        is_to_answer = self.state == self.State.OPEN and self.answered_at is None
        return is_to_answer and self.due_at is not None and self.due_at < timezone.now()

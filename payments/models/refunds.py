"""Money on its way back to a customer."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.money import Money
from orders.models import OrderLine
from payments.models.payments import Payment


class Refund(models.Model):
    """One request to give money of one payment back, written before Paystack is called. `key` is its request.

    Only `processed` is done. `failed` reopens what is owed until staff try again or give the money back by hand.
    Payment, key and amounts never change; all refunds of a payment that did not fail are never more than it captured
    (both by trigger).
    """

    class State(models.TextChoices):
        """From PENDING to FAILED in Paystack's own words."""

        REQUESTED = "requested", "To be sent to Paystack"
        PENDING = "pending", "With Paystack"
        PROCESSING = "processing", "With the bank"
        NEEDS_ATTENTION = "needs-attention", "Needs attention"
        PROCESSED = "processed", "Given back"
        FAILED = "failed", "Failed"
        BY_HAND = "by-hand", "Given back by hand"

    IN_FLIGHT = (State.REQUESTED, State.PENDING, State.PROCESSING, State.NEEDS_ATTENTION)
    GIVEN_BACK = (State.PROCESSED, State.BY_HAND)

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    key = models.CharField(
        max_length=120, unique=True, help_text="One request is one refund, however often it is sent."
    )
    amount_subunit = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    delivery_subunit = models.BigIntegerField(default=0, help_text="How much of it is for delivery.")
    reason = models.CharField(max_length=200)
    requested_by = models.CharField(max_length=60)
    state = models.CharField(max_length=16, choices=State, default=State.REQUESTED)

    provider_refund_id = models.BigIntegerField(null=True, blank=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When Paystack was last asked to give it back.")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When Paystack was last asked how it stands.")
    finished_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(
        null=True, blank=True, help_text="When a failed one was followed by another, or was not to be given after all."
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_subunit__gt=0), name="refund_amount_above_nought"),
            models.CheckConstraint(
                condition=Q(delivery_subunit__gte=0, delivery_subunit__lte=models.F("amount_subunit")),
                name="refund_delivery_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["requested", "pending", "processing", "needs-attention"], finished_at__isnull=True
                )
                | Q(state__in=["processed", "failed", "by-hand"], finished_at__isnull=False),
                name="refund_finished_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(state="failed"), name="refund_resolved_had_failed"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=["requested", "pending", "processing", "needs-attention"]),
                name="refund_one_in_flight_per_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount.display} of order {self.payment.order.number}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_subunit, self.currency)

    @property
    def in_flight(self) -> bool:
        return self.state in self.IN_FLIGHT


class RefundLine(models.Model):
    """Pieces of one order line that a refund pays for: over all that did not fail, never more than were sold."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveSmallIntegerField()
    amount_subunit = models.BigIntegerField()
    restocked = models.BooleanField(default=False, help_text="Whether its pieces were taken out of the order with it.")
    kept = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether the customer keeps those of its pieces that never came back.",
    )
    came_back = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many of its pieces had come back by a return."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_line"], name="refund_line_once_per_refund"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, amount_subunit__gte=0), name="refund_line_of_one_or_more"
            ),
            models.CheckConstraint(
                condition=Q(came_back__lte=models.F("quantity")), name="refund_line_of_what_came_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.name} of order {self.order_line.order.number}"

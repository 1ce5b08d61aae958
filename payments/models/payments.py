"""Every attempt to take money."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.money import Money
from orders.models import DeliveryQuote, Order


class Payment(models.Model):
    """One attempt to pay an order, written before the provider is called.

    `state` says what became of the money, `outcome` what it did for the order. Money that fulfilled nothing has an
    open review until staff (or a refund) close it. Order, purpose, reference, amount and currency never change.
    """

    class Purpose(models.TextChoices):
        ITEMS = "items", "Items"
        DELIVERY = "delivery", "Delivery"

    class State(models.TextChoices):
        CREATED = "created", "Created"
        PENDING = "pending", "With the customer"
        CAPTURED = "captured", "Captured"
        FAILED = "failed", "Failed"

    class Outcome(models.TextChoices):
        NONE = "", "–"
        APPLIED = "applied", "Paid the order"
        DUPLICATE = "duplicate", "Not needed: paid before, or ended"
        LATE = "late", "Too late, and the stock is gone"
        MISMATCH = "mismatch", "Amount, currency or mode differ"
        REPLACED = "replaced", "For a price that had been replaced"

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.ITEMS)
    quote = models.ForeignKey(
        DeliveryQuote, models.PROTECT, null=True, blank=True, db_index=False, related_name="payments"
    )
    reference = models.CharField(max_length=60, unique=True)
    amount_subunit = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.NONE, blank=True)

    authorization_url = models.URLField(max_length=300, blank=True)
    access_code = models.CharField(max_length=60, blank=True)
    provider_status = models.CharField(max_length=30, blank=True)
    provider_transaction_id = models.BigIntegerField(null=True, blank=True, unique=True)
    domain = models.CharField("mode", max_length=10, blank=True, help_text="test or live")
    channel = models.CharField(max_length=30, blank=True)
    captured_subunit = models.BigIntegerField(null=True, blank=True)
    captured_currency = models.CharField(max_length=3, blank=True)
    fees_subunit = models.BigIntegerField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    failure_reason = models.CharField(max_length=200, blank=True)

    review_reason = models.CharField(max_length=300, blank=True)
    review_opened_at = models.DateTimeField(null=True, blank=True)
    review_closed_at = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When Paystack was last asked.")
    ask_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is asked again, after a question without an answer."
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_subunit__gt=0), name="payment_amount_above_nought"),
            models.CheckConstraint(
                condition=Q(purpose="delivery", quote__isnull=False) | Q(purpose="items", quote__isnull=True),
                name="payment_of_delivery_has_its_quote",
            ),
            models.CheckConstraint(
                condition=~Q(state="captured")
                | (Q(captured_subunit__isnull=False, paid_at__isnull=False) & ~Q(captured_currency="")),
                name="payment_captured_is_whole",
            ),
            models.CheckConstraint(condition=Q(outcome="") | Q(state="captured"), name="payment_outcome_needs_money"),
            models.UniqueConstraint(
                fields=["order", "purpose"], condition=Q(outcome="applied"), name="payment_applied_once_per_purpose"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state__in=["created", "pending"]), name="payment_open_idx"),
            models.Index(fields=["created_at"], condition=Q(state="failed"), name="payment_failed_idx"),
            models.Index(fields=["quote"], condition=Q(quote__isnull=False), name="payment_of_quote_idx"),
            models.Index(
                fields=["review_opened_at"],
                condition=Q(review_opened_at__isnull=False, review_closed_at__isnull=True),
                name="payment_in_review_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def through_paystack(self) -> bool:
        """Whether Paystack has it and can give it back. What staff saw themselves, they give back themselves."""
        return self.provider_transaction_id is not None

    @property
    def amount(self) -> Money:
        return Money(self.amount_subunit, self.currency)

    @property
    def captured(self) -> Money:
        """What came; nought before anything did."""
        return Money(self.captured_subunit or 0, self.captured_currency or self.currency)

    @property
    def in_review(self) -> bool:
        return self.review_opened_at is not None and self.review_closed_at is None

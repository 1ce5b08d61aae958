"""What delivery costs where no zone says so: a price that staff made for one order."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from core.money import Money
from orders.models.bags import new_token
from orders.models.orders import Order


class DeliveryQuote(models.Model):
    """Amount and order never change: another price is another quote, with a link of its own."""

    class State(models.TextChoices):
        OPEN = "open", "To be paid"
        SUPERSEDED = "superseded", "Replaced"
        PAID = "paid", "Paid"

    order = models.ForeignKey(Order, models.PROTECT, related_name="delivery_quotes")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    amount_subunit = models.BigIntegerField(help_text="In the order's currency.")
    note = models.CharField(max_length=300, blank=True, help_text="The customer reads it with the price.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_by = models.CharField(max_length=60)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    paid_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on nobody begins to pay it. Empty: it holds until another one."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_subunit__gt=0), name="delivery_quote_above_nought"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="delivery_quote_paid_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["open", "paid"]), name="delivery_quote_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery of {self.order.number}: {self.amount.display}"

    def get_absolute_url(self) -> str:
        """Where it is paid."""
        return reverse("payments:delivery", args=[self.token])

    @property
    def amount(self) -> Money:
        return Money(self.amount_subunit, self.order.currency)

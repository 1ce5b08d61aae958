"""Money that came another way than through Paystack."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from payments.models.payments import Payment


class Receipt(models.Model):
    """What staff recorded of a payment that they saw themselves: how it came, its reference, and who saw it."""

    class Method(models.TextChoices):
        BANK = "bank", "Transfer to the shop's bank"
        CASH = "cash", "Cash"

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="receipt")
    method = models.CharField(max_length=8, choices=Method)
    reference = models.CharField(max_length=80, help_text="Of the bank's statement, or the number of the slip.")
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["method", "reference"], name="receipt_reference_once"),
            models.CheckConstraint(condition=~Q(reference="") & ~Q(recorded_by=""), name="receipt_says_what_and_who"),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.reference}"

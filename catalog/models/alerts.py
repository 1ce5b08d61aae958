"""Who waits for a size to come back."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.products import VariantSize


class StockAlert(models.Model):
    """Somebody asked to be told, once, when a size can be bought again. Written by catalog.alerts alone."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Told"
        STOPPED = "stopped", "Stopped by the customer"

    variant_size = models.ForeignKey(VariantSize, models.CASCADE, related_name="alerts", db_index=False)
    email = models.EmailField(max_length=254)
    person = models.CharField(max_length=254, help_text="The address without case, dots and +tags.")
    asked_from = models.CharField(max_length=32, help_text="A keyed hash of the network address, for counting.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was sent or stopped.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["variant_size", "person"], condition=Q(state="waiting"), name="stock_alert_once_a_person"
            ),
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "stopped"]), name="stock_alert_state"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="stock_alert_ended_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["variant_size", "id"], condition=Q(state="waiting"), name="stock_alert_waiting_idx"),
            models.Index(fields=["variant_size", "ended_at"], condition=Q(state="sent"), name="stock_alert_sent_idx"),
            models.Index(fields=["person", "created_at"], name="stock_alert_person_idx"),
            models.Index(fields=["asked_from", "created_at"], name="stock_alert_from_idx"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="stock_alert_ended_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.email} for {self.variant_size_id}"

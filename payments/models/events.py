"""Every word of the provider, as it came."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class ProviderEvent(models.Model):
    """A webhook as it came, stored before it was acknowledged, and what became of it."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        APPLIED = "applied", "Applied"
        IGNORED = "ignored", "Not for us"
        REVIEW = "review", "To look at"
        DEAD = "dead", "Given up"

    provider = models.CharField(max_length=12)
    key = models.CharField(max_length=160, help_text="What makes two deliveries the same event.")
    event = models.CharField(max_length=60)
    reference = models.CharField(max_length=100, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="provider_event_once")]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="received"), name="provider_event_open_idx"),
            models.Index(fields=["received_at"], condition=Q(state="dead"), name="provider_event_dead_idx"),
            models.Index(fields=["received_at"], condition=Q(state="review"), name="provider_event_review_idx"),
            models.Index(fields=["reference"], name="provider_event_reference_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}"

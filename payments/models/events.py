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
        CLOSED = "closed", "Looked at"

    provider = models.CharField(max_length=12)
    key = models.CharField(max_length=160, help_text="What makes two deliveries the same event.")
    event = models.CharField(max_length=60)
    reference = models.CharField(max_length=100, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    next_attempt_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=60, blank=True, db_default="", default="", verbose_name="looked at by")
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name="looked at")
    note = models.CharField(max_length=200, blank=True, db_default="", default="")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="provider_event_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="") | Q(closed_at__isnull=False) & ~Q(closed_by=""),
                name="provider_event_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="received"), name="provider_event_open_idx"),
            models.Index(fields=["next_attempt_at"], condition=Q(state="received"), name="provider_event_due_idx"),
            models.Index(fields=["received_at"], condition=Q(state="dead"), name="provider_event_dead_idx"),
            models.Index(fields=["received_at"], condition=Q(state="review"), name="provider_event_review_idx"),
            models.Index(fields=["closed_at"], condition=Q(state="closed"), name="provider_event_closed_idx"),
            models.Index(
                fields=["received_at"], condition=Q(state="ignored") & ~Q(body=""), name="provider_event_forget_idx"
            ),
            models.Index(fields=["reference"], name="provider_event_reference_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}"

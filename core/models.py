"""What every floor may stand on. No business model lives here."""

from django.db import models


class Switch(models.Model):
    """Something that staff turn on without a deploy (see core.switches)."""

    name = models.SlugField(primary_key=True, max_length=40)
    on = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True, help_text="Who turned it, and why.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "switches"

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.on else 'off'}"


class IdempotencyKey(models.Model):
    """A request that a client marked with `Idempotency-Key`, and the answer it got (see core.idempotency)."""

    scope = models.CharField(max_length=100, help_text="Operation and caller: one client's keys never meet another's.")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_per_scope")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created_idx")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"

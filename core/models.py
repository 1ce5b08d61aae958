"""What every floor may stand on. No business model lives here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


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
        return f"{self.operation} {self.key}"

    @property
    def operation(self) -> str:
        """The scope without its caller, which is mostly a token."""
        return self.scope.partition(" ")[0]


class AuditRow(models.Model):
    """One change of what staff may change: some columns of a row before and after (see core.audit_rows).

    Append-only, by trigger. Nothing came before what is new, and nothing after what is gone.
    """

    class Kind(models.TextChoices):
        PRICE = "price", "Price"
        REFUND = "refund", "Refund"
        ROLE = "role", "Role"
        SETTING = "setting", "Setting"

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=63, help_text="The table.")
    row_id = models.CharField(max_length=63)
    # Who changed something stays who it was, also when the account is gone.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text="Nobody: the shop itself, or somebody at its database.",
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="audit_row_says_something"
            )
        ]
        indexes = [
            models.Index(fields=["source", "row_id", "id"], name="audit_row_course_idx"),
            models.Index(fields=["actor", "-id"], name="audit_row_actor_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.row_id}"

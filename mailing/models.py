"""The outbox of e-mails."""

import uuid
from collections.abc import Sequence
from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone

from core import email_addresses
from core.personal import ERASED_DOMAIN
from mailing.facts import Decoder, Encoder


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def dead_letters(self) -> "OutgoingMailQuerySet":
        """Given up, and nobody has looked at it yet. None is to an erased person, to whom nothing can be sent."""
        given_up = self.filter(state=OutgoingMail.State.DEAD, closed_at=None)
        return given_up.exclude(recipient__endswith=f"@{ERASED_DOMAIN}")


class OutgoingMail(models.Model):
    """One e-mail to one person, written in the transaction of its cause and sent once (see mailing.outbox).

    Its texts are rendered once, from the facts of its cause, when it is first sent, and kept: a repeat under the same
    provider key must be the same to the letter. A mail whose texts the cause rendered has no facts.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DEAD = "dead", "given up"

    class Delivery(models.TextChoices):
        """What became of a sent mail, as the provider tells; a later one in this list outweighs an earlier."""

        UNKNOWN = "", "–"
        DELAYED = "delayed"
        DELIVERED = "delivered"
        SUPPRESSED = "suppressed"
        BOUNCED = "bounced"
        COMPLAINED = "complained", "marked as spam"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The provider's idempotency key.")
    kind = models.SlugField(max_length=40)
    about = models.CharField(max_length=80, help_text="What it is about, such as order/PR-100001.")
    recipient = models.EmailField()
    facts = models.JSONField(
        encoder=Encoder,
        decoder=Decoder,
        db_default={},
        default=dict,
        blank=True,
        help_text="What its texts are rendered from, once, when it is first sent.",
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(db_default={}, default=dict, blank=True, help_text="More of the mail's own headers.")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    provider_id = models.CharField(max_length=80, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.UNKNOWN, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=60, blank=True, db_default="", default="", verbose_name="looked at by")
    closed_at = models.DateTimeField(null=True, blank=True, verbose_name="looked at")
    note = models.CharField(max_length=200, blank=True, db_default="", default="")

    objects: ClassVar[OutgoingMailQuerySet] = OutgoingMailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["about", "kind", "recipient"], name="mail_once_about_kind_recipient"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False) | ~models.Q(state="sent"),
                name="mail_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by="")
                | models.Q(closed_at__isnull=False) & ~models.Q(closed_by=""),
                name="mail_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="mail_due_idx",
            ),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="mail_provider_id_idx"),
            models.Index(fields=["created_at"], condition=models.Q(state="dead"), name="mail_dead_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"


class StaffNotice(models.Model):
    """Something that staff were told of and that still stands, so that they are told once (see mailing.staff)."""

    kind = models.SlugField(max_length=40)
    subject = models.CharField(max_length=80, help_text="What stands, such as size/17.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="staff_notice_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class Standstill(models.Model):
    """Since when, and why, Resend has refused the shop: one row, as long as it does (see mailing.standstill)."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    began_at = models.DateTimeField(db_default=Now(), editable=False)
    ask_at = models.DateTimeField(help_text="When the next mail finds out whether it still does.")
    reason = models.CharField(max_length=300, help_text="In Resend's words.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="standstill_is_one")]

    def __str__(self) -> str:
        return self.reason


class Suppression(models.Model):
    """An address that gets no marketing mail any more: it bounced, or somebody called a mail of ours spam there.

    What somebody asked for (an order, a password) is sent all the same. Written by webhooks; staff may take one away.
    """

    class Reason(models.TextChoices):
        SUPPRESSED = "suppressed", "on Resend's own list"
        BOUNCED = "bounced", "bounced for good"
        COMPLAINED = "complained", "marked as spam"

    person = models.CharField(max_length=254, unique=True, help_text="The address as core.email_addresses.person.")
    email = models.CharField(max_length=254)
    reason = models.CharField(max_length=10, choices=Reason)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_reason_display()}"


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def as_written(self, emails: Sequence[str]) -> "SubscriberQuerySet":
        """Those of just these addresses, in lower case. Another spelling is somebody else's with many providers."""
        spelled = [email_addresses.person(email) for email in emails]
        return self.alias(written=Lower("email")).filter(person__in=spelled, written__in=emails)


class Subscriber(models.Model):
    """Somebody who was asked, or asked, for the newsletter: gets it once they have said so from their own mailbox."""

    class State(models.TextChoices):
        ASKED = "asked", "has not confirmed yet"
        CONFIRMED = "confirmed"
        LEFT = "left"

    person = models.CharField(max_length=254, unique=True, help_text="The address as core.email_addresses.person.")
    email = models.EmailField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    source = models.CharField(max_length=40, help_text="Where the consent was given.")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_from = models.CharField(max_length=32, blank=True, help_text="The network address, hashed, for counting.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    times_left = models.PositiveSmallIntegerField(default=0, help_text="Links of before confirm nothing.")

    objects: ClassVar[SubscriberQuerySet] = SubscriberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="confirmed", confirmed_at__isnull=False) | ~models.Q(state="confirmed"),
                name="subscriber_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="left", left_at__isnull=False) | ~models.Q(state="left"),
                name="subscriber_left_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["asked_from", "asked_at"], name="subscriber_asked_from_idx")]

    def __str__(self) -> str:
        return self.email


class Campaign(models.Model):
    """One newsletter: written as a draft, then sent once to everybody who was on the list when it started."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SCHEDULED = "scheduled"
        SENDING = "sending"
        SENT = "sent"
        STOPPED = "stopped"

    subject = models.CharField(max_length=120)
    preheader = models.CharField(max_length=140, blank=True, help_text="What mailboxes show beside the subject.")
    heading = models.CharField(max_length=120)
    body = models.TextField(help_text="Plain text. An empty line begins a paragraph; addresses become links.")
    button_label = models.CharField(max_length=40)
    button_url = models.CharField(
        max_length=300,
        validators=[URLValidator(["https", "http"])],
        help_text="Where the one button leads, such as https://…/c/gymwear/.",
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="Until then one worker is sending it.")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "stopped"]) | models.Q(send_at__isnull=False),
                name="campaign_scheduled_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class CampaignRecipient(models.Model):
    """One newsletter to one person: sent once, by its own key, as mailing.outbox does it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        SKIPPED = "skipped", "not wanted any more"
        FAILED = "failed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The provider's idempotency key.")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="recipients")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="campaigns")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    provider_id = models.CharField(max_length=80, blank=True)
    delivery = models.CharField(
        max_length=10, choices=OutgoingMail.Delivery, default=OutgoingMail.Delivery.UNKNOWN, blank=True
    )
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True, help_text="When they left the list by this mail's link.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "subscriber"], name="campaign_once_per_person")]
        indexes = [
            models.Index(
                fields=["campaign", "next_attempt_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="campaign_due_idx",
            ),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="campaign_provider_id_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} to {self.subscriber_id}"

"""What the three providers remember, in one SQLite file."""

import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import models, transaction
from django.utils import timezone

_writer = threading.Lock()
IDS_SINCE = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


@contextmanager
def writing() -> Iterator[None]:
    """One short write transaction. SQLite has one writer; a lock queues threads fairly where SQLite would poll."""
    with _writer, transaction.atomic():
        yield


def code(prefix: str = "", length: int = 15) -> str:
    """Lower-case letters and digits, as the providers' own identifiers look."""
    return prefix + "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))


def first_id(model: type[models.Model]) -> int | None:
    """``None``, so that the database counts on; for an empty table a number that no earlier state file gave out.

    The shop remembers provider ids. If they began again at 1 with every new state file, its guard against repeated
    webhooks would take new payments for old ones.
    """
    return None if model._default_manager.exists() else int((time.time() - IDS_SINCE) * 100)


class Customer(models.Model):
    email = models.CharField(max_length=254, unique=True)
    customer_code = models.CharField(max_length=32, unique=True)


class Transaction(models.Model):
    """A Paystack transaction: it exists, ``abandoned``, from the moment it is initialised."""

    reference = models.CharField(max_length=200, unique=True)
    access_code = models.CharField(max_length=32, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT)
    status = models.CharField(max_length=32, default="abandoned", db_index=True)
    requested_amount = models.BigIntegerField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fees = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=32, default="card")
    channels = models.JSONField(default=list)
    label = models.CharField(max_length=200, blank=True)
    callback_url = models.TextField(blank=True)
    metadata = models.JSONField(null=True)
    gateway_response = models.CharField(max_length=200, default="The transaction was not completed")
    card = models.CharField(max_length=24, blank=True)
    authorization = models.JSONField(default=dict)
    log = models.JSONField(null=True)
    checkout = models.JSONField(default=dict, help_text="Where the payer stands on the hosted page.")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    paid_at = models.DateTimeField(null=True)
    settles_at = models.DateTimeField(null=True, db_index=True, help_text="When a transfer on its way will land.")

    @property
    def is_paid(self) -> bool:
        return self.paid_at is not None

    @property
    def cancel_url(self) -> str:
        wanted = self.metadata.get("cancel_action") if isinstance(self.metadata, dict) else None
        return str(wanted or "")


class Refund(models.Model):
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20, default="pending")
    outcome = models.CharField(max_length=20, help_text="The status in which it will end.")
    refund_reference = models.CharField(max_length=40, blank=True)
    customer_note = models.TextField()
    merchant_note = models.TextField()
    next_step_at = models.DateTimeField(null=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    refunded_at = models.DateTimeField(null=True)


class Dispute(models.Model):
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="disputes")
    status = models.CharField(max_length=40, default="awaiting-merchant-feedback")
    resolution = models.CharField(max_length=40, blank=True)
    refund_amount = models.BigIntegerField()
    category = models.CharField(max_length=40, default="chargeback")
    history = models.JSONField(default=list)
    due_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)


class Asset(models.Model):
    """One file of Cloudinary; its bytes lie beside the SQLite file under ``asset_id``."""

    asset_id = models.CharField(max_length=32, unique=True)
    resource_type = models.CharField(max_length=10)
    type = models.CharField(max_length=20, default="upload")
    public_id = models.CharField(max_length=255)
    version = models.BigIntegerField()
    format = models.CharField(max_length=12, blank=True)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    bytes = models.BigIntegerField()
    etag = models.CharField(max_length=32)
    content_type = models.CharField(max_length=80)
    original_filename = models.CharField(max_length=255, blank=True)
    tags = models.JSONField(default=list)
    context = models.JSONField(null=True)
    folder = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource_type", "type", "public_id"], name="one_asset_per_public_id")
        ]


class Email(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.JSONField(help_text="As it was sent to the API, lists made of single addresses.")
    text = models.TextField(blank=True)
    last_event = models.CharField(max_length=20)
    idempotency_key = models.CharField(max_length=256, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    scheduled_at = models.DateTimeField(null=True, db_index=True)


class IdempotentCall(models.Model):
    endpoint = models.CharField(max_length=40)
    key = models.CharField(max_length=256)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "key"], name="one_call_per_idempotency_key")]


class Delivery(models.Model):
    """One webhook for the shop, tried until it answers well or the schedule runs out."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    provider = models.CharField(max_length=12)
    event = models.CharField(max_length=60)
    about = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=60)
    url = models.TextField()
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    held = models.BooleanField(default=False, help_text="Kept back so that the next event overtakes it.")
    tries = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(db_index=True)


class RecordedRequest(models.Model):
    at = models.DateTimeField(default=timezone.now)
    operation = models.CharField(max_length=40, db_index=True)
    method = models.CharField(max_length=8)
    path = models.TextField()
    headers = models.JSONField()
    body = models.BinaryField()
    body_size = models.IntegerField()
    status = models.IntegerField()
    fault = models.CharField(max_length=40, blank=True)
    milliseconds = models.IntegerField()


class AccountSetting(models.Model):
    """What a merchant changes through the provider's own API, such as the session time-out."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.IntegerField()


def iso(moment: datetime | None) -> str | None:
    """Paystack's and Cloudinary's way of writing an instant: UTC, milliseconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z" if moment else None

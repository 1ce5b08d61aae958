"""What customers send back, and what they want for it."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from catalog.models import VariantSize
from orders.models.orders import Order, OrderLine


class ReturnQuerySet(models.QuerySet["Return"]):
    def to_send(self) -> Self:
        """Exchanges that are done but for the other size, which is still in the shop."""
        swapped = ReturnLine.objects.filter(parcel=OuterRef("pk"), exchange_to__isnull=False)
        return self.filter(Exists(swapped), state=Return.State.CLOSED, kind=Return.Kind.EXCHANGE, sent_at=None)


class Return(models.Model):
    """One parcel that comes back. Its lines say which pieces, and the size wanted instead where it is an exchange."""

    class Kind(models.TextChoices):
        REFUND = "refund", "Money back"
        EXCHANGE = "exchange", "Another size"

    class State(models.TextChoices):
        REQUESTED = "requested", "Asked for"
        APPROVED = "approved", "On its way back"
        REFUSED = "refused", "Refused"
        RECEIVED = "received", "Received"
        CLOSED = "closed", "Done"
        LOST = "lost", "Did not arrive"
        UNPAID = "unpaid", "Closed without money"

    class Reason(models.TextChoices):
        SIZE = "size", "It does not fit"
        FAULTY = "faulty", "It is faulty"
        WRONG = "wrong", "It is not what I ordered"
        OTHER = "other", "Something else"

    order = models.ForeignKey(Order, models.PROTECT, related_name="returns")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    reason = models.CharField(max_length=6, choices=Reason)
    text = models.CharField(max_length=500, blank=True, help_text="In the customer's words.")
    answer = models.CharField(max_length=500, blank=True, help_text="What staff wrote to the customer.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of an exchange: how the other size left the shop (orders.exchanges).
    sent_at = models.DateTimeField(null=True, blank=True)
    carrier = models.CharField(max_length=60, blank=True, default="", db_default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="", db_default="")

    objects: ClassVar[ReturnQuerySet] = ReturnQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=["requested", "approved"]), name="return_one_under_way"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["received", "closed", "unpaid"]) | Q(received_at__isnull=False),
                name="return_received_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, carrier="") | (Q(sent_at__isnull=False) & ~Q(carrier="")),
                name="return_sent_has_a_carrier",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="return_state_idx")]

    def __str__(self) -> str:
        return f"Return {self.pk} of {self.order.number}"

    @property
    def is_to_send(self) -> bool:
        """As `to_send` says of many."""
        is_done = self.kind == self.Kind.EXCHANGE and self.state == self.State.CLOSED
        return is_done and self.sent_at is None and any(line.exchange_to_id for line in self.lines.all())

    @property
    def is_to_be_swapped(self) -> bool:
        """An exchange that is not here yet, given up or not."""
        return self.kind == self.Kind.EXCHANGE and self.state in (self.State.APPROVED, self.State.LOST)

    @property
    def told(self) -> str:
        """How it stands, as the beginning of a sentence for staff."""
        return f"Return {self.pk} {_STANDS[self.state]}"


_STANDS: dict[str, str] = {
    Return.State.REQUESTED: "is not decided yet",
    Return.State.APPROVED: "is on its way back",
    Return.State.REFUSED: "was refused",
    Return.State.RECEIVED: "has arrived",
    Return.State.CLOSED: "is done",
    Return.State.LOST: "did not arrive",
    Return.State.UNPAID: "was closed without money",
}


class ReturnLine(models.Model):
    """How many of an order's line come back, and what became of them."""

    class Condition(models.TextChoices):
        UNSEEN = "", "Not seen yet"
        SOUND = "sound", "As new, back on sale"
        DAMAGED = "damaged", "Worn or damaged, written off"

    parcel = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returned")
    quantity = models.PositiveSmallIntegerField()
    exchange_to = models.ForeignKey(VariantSize, models.PROTECT, null=True, blank=True, related_name="+")
    condition = models.CharField(max_length=7, choices=Condition, default=Condition.UNSEEN, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "order_line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_of_one_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.name} of order {self.order_line.order.number}"

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
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(kind="exchange", state="closed"),
                name="return_sent_is_an_exchange_done",
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

    def was_exchange(self) -> bool:
        """Whether some of it was to be exchanged, also where the other size was not sent in the end: what nothing was
        taken for came worn or damaged then. One query at most, none where its lines are at hand."""
        return self.kind == self.Kind.EXCHANGE or any(line.stayed_id for line in self.lines.all())

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


def key_of(line_id: int, came_by_id: int | None = None) -> str:
    return f"{line_id}-{came_by_id}" if came_by_id else f"{line_id}"


class Origin:
    """Which pieces of an order come back: a line's as they were first sent, or those that an exchange gave for them."""

    order_line: OrderLine
    came_by: "ReturnLine | None"

    @property
    def key(self) -> str:
        """Names them in forms, errors and wishes. Of pieces as they were first sent it is their line's id."""
        return key_of(self.order_line.pk, self.came_by.pk if self.came_by else None)

    @property
    def comes_back_id(self) -> int:
        """The size whose pieces they are: of an order that was filled with another one, that one."""
        return (self.came_by.exchange_to_id if self.came_by else None) or self.order_line.goes_out_id

    @property
    def comes_back(self) -> VariantSize:
        size = self.came_by.exchange_to if self.came_by else self.order_line.goes_out
        assert size is not None  # a CHECK and a trigger of the tables
        return size

    @property
    def told_sku(self) -> str:
        return self.comes_back.sku if self.came_by else self.order_line.told_sku

    @property
    def told_colour(self) -> str:
        return self.comes_back.variant.colour.name if self.came_by else self.order_line.colour

    @property
    def sent_size(self) -> str:
        return self.comes_back.size.name if self.came_by else self.order_line.sent_size


class ReturnLineQuerySet(models.QuerySet["ReturnLine"]):
    def with_pieces(self) -> Self:
        """With what says which pieces come back and which are wanted, in the order in which they were asked for."""
        sizes = ("exchange_to", "came_by__exchange_to")
        described = [f"{size}__{what}" for size in sizes for what in ("size", "variant__colour")]
        return self.select_related("order_line", *described).order_by("pk")


class ReturnLine(Origin, models.Model):
    """How many of an order's line come back, and what became of them."""

    class Condition(models.TextChoices):
        UNSEEN = "", "Not seen yet"
        SOUND = "sound", "As new, back on sale"
        DAMAGED = "damaged", "Worn or damaged, written off"

    parcel = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returned")
    came_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sent_back",
        db_index=False,
        help_text="Of pieces that were got in exchange: the line that gave them.",
    )
    quantity = models.PositiveSmallIntegerField()
    exchange_to = models.ForeignKey(VariantSize, models.PROTECT, null=True, blank=True, related_name="+")
    condition = models.CharField(max_length=7, choices=Condition, default=Condition.UNSEEN, blank=True)
    stayed = models.ForeignKey(
        VariantSize,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The other size that left the shelf for it, and was not sent after all.",
    )
    stayed_as = models.CharField(
        max_length=7, choices=Condition, default=Condition.UNSEEN, db_default=Condition.UNSEEN, blank=True
    )

    objects: ClassVar[ReturnLineQuerySet] = ReturnLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parcel", "order_line", "came_by"], nulls_distinct=False, name="return_line_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_of_one_or_more"),
            # What is not sent is on sale or written off, and nothing else is sent for it.
            models.CheckConstraint(
                condition=Q(stayed__isnull=True, stayed_as="")
                | Q(stayed__isnull=False, stayed_as__in=["sound", "damaged"], exchange_to__isnull=True),
                name="return_line_stayed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["came_by"], condition=Q(came_by__isnull=False), name="return_line_came_by_idx"),
            models.Index(fields=["stayed"], condition=Q(stayed__isnull=False), name="return_line_stayed_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line.name} of order {self.order_line.order.number}"

    @property
    def is_with_customer(self) -> bool:
        """Whether the size that it was exchanged for was sent, as its parcel says."""
        return bool(self.exchange_to_id) and self.parcel.state == Return.State.CLOSED and bool(self.parcel.sent_at)

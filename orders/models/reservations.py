"""For whom the reserved stock is kept."""

from django.db import models
from django.db.models import Q

from catalog.models import VariantSize
from orders.models.orders import Order


class Reservation(models.Model):
    """Pieces of one size kept for one order. Written by orders.reservations alone."""

    class State(models.TextChoices):
        OPEN = "open"
        CONSUMED = "consumed"
        RELEASED = "released"

    order = models.ForeignKey(Order, models.PROTECT, related_name="reservations")
    variant_size = models.ForeignKey(VariantSize, models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_of_one_or_more"),
            models.UniqueConstraint(
                fields=["order", "variant_size"],
                condition=~Q(state="released"),
                name="reservation_one_live_per_order_and_size",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="reservation_closed_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["variant_size"], condition=Q(state="open"), name="reservation_open_of_size_idx")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.variant_size_id} for {self.order_id} ({self.state})"

"""Parcels: what left the shop, with whom, and when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from orders.models.orders import Order, OrderLine


class Shipment(models.Model):
    """One parcel of an order. Written by orders.parcels alone."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=60)
    tracking_number = models.CharField(max_length=80, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    shipped_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(carrier=""), name="shipment_has_a_carrier")]

    def __str__(self) -> str:
        return f"{self.order_id} with {self.carrier}"


class ShipmentLine(models.Model):
    """How many of an order's line are in a parcel. A bundle's pieces are counted by their own lines."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shipped")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_of_one_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.order_line_id}"

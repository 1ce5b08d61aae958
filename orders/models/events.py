"""What happened to an order, in order."""

from django.conf import settings
from django.db import models

from orders.models.orders import Order


class OrderEvent(models.Model):
    """One thing that happened. Append-only by trigger; (order, kind, key) is unique, so nothing happens twice."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    kind = models.SlugField(max_length=30)
    key = models.CharField(max_length=60, blank=True)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    actor_label = models.CharField(max_length=60)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "kind", "key"], name="order_event_once")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.kind}"

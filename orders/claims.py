"""A guest's orders become those of the account that has proved the same e-mail address."""

import structlog
from django.db.models.functions import Lower

from accounts.models import User
from accounts.proof import proved_addresses
from core.errors import Busy
from core.transactions import in_transaction
from orders import events
from orders.events import Actor
from orders.models import Order

CLAIMED = "claimed"

log = structlog.get_logger(__name__)


@in_transaction
def claim(user: User) -> int:
    """Gives the account every order that a guest placed with one of its proved addresses. Returns how many.

    The very address counts, whatever its case: other spellings of it may be somebody else's with their provider. An
    order that belongs to an account never changes hands. Harmless twice and at once.
    """
    claimed = _lock(proved_addresses(user.pk))
    Order.objects.filter(pk__in=[order.pk for order in claimed]).update(user=user)
    for order in claimed:
        events.record(order, CLAIMED, Actor(events.CUSTOMER.label, user.pk))
    return len(claimed)


def claim_if_free(user: User) -> None:
    """As `claim`, for a moment that must not fail because of it: what is locked just now is claimed next time."""
    try:
        claim(user)
    except Busy:
        log.warning("orders_not_claimed", user=user.pk)


def _lock(addresses: list[str]) -> list[Order]:
    guests = Order.objects.filter(user=None).alias(lower=Lower("email")).filter(lower__in=addresses)
    return list(guests.select_for_update(of=("self",), no_key=True).order_by("pk"))

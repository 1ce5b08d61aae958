"""Switches that staff throw without a deploy."""

from django.conf import settings

from core.models import Switch

CACHE_OFF = "cache_off"
PAYMENTS_PAUSED = "payments_paused"
MAIL_PAUSED = "mail_paused"
QUEUE_SYNC = "queue_sync"

KNOWN = {
    CACHE_OFF: "Read the catalogue from the database only",
    PAYMENTS_PAUSED: "Start no new payment; orders can still be placed and held",
    MAIL_PAUSED: "Keep mails in the outbox",
    QUEUE_SYNC: "Do background work in the web process while the queue cannot be reached",
}


def is_on(name: str) -> bool:
    """Whether staff have thrown the switch `name`. One indexed read; a switch without a row is off."""
    if name not in KNOWN:
        raise KeyError(name)
    return Switch.objects.filter(pk=name, on=True).exists()


def cache_enabled() -> bool:
    """The setting decides at start; it is not a row, for the row would cost the query that the cache saves."""
    return bool(settings.CACHE_ENABLED)


def queue_sync() -> bool:
    """Asked only when the queue has failed already; the setting decides without the database."""
    return bool(settings.QUEUE_SYNC) or is_on(QUEUE_SYNC)

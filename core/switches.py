"""Switches that staff throw without a deploy."""

import time

from django.conf import settings
from django.db import Error as DatabaseError

from core.models import Switch

CACHE_OFF = "cache_off"
PAYMENTS_PAUSED = "payments_paused"
MAIL_PAUSED = "mail_paused"
NEWSLETTER_PAUSED = "newsletter_paused"
QUEUE_SYNC = "queue_sync"
NAIRA_ONLY = "naira_only"
RATES_LOCKED = "rates_locked"

KNOWN = {
    CACHE_OFF: "Read the catalogue from the database only",
    PAYMENTS_PAUSED: "Start no new payment; orders can still be placed and held",
    MAIL_PAUSED: "Keep mails in the outbox",
    NEWSLETTER_PAUSED: "Send no newsletter; other mails go out",
    NAIRA_ONLY: "Charge naira only; other currencies are shown as approximate",
    RATES_LOCKED: "Keep the exchange rate that staff wrote; none is fetched",
    QUEUE_SYNC: "Do background work in the web process while the queue cannot be reached",
}
# A query for each page would cost what the cache saves.
REMEMBERED_SECONDS = 2.0

_cache_off = False
_looked_at = -REMEMBERED_SECONDS


def is_on(name: str) -> bool:
    """Whether staff have thrown the switch `name`. One indexed read; a switch without a row is off."""
    if name not in KNOWN:
        raise KeyError(name)
    return Switch.objects.filter(pk=name, on=True).exists()


def cache_enabled() -> bool:
    """The setting, unless staff have thrown CACHE_OFF: each process looks every two seconds."""
    global _cache_off, _looked_at  # noqa: PLW0603
    if not settings.CACHE_ENABLED:
        return False
    now = time.monotonic()
    if now - _looked_at >= REMEMBERED_SECONDS:
        _looked_at = now  # first, so that the others go on meanwhile
        try:
            _cache_off = is_on(CACHE_OFF)
        except DatabaseError:
            pass  # as it was: without the database what is kept is all there is
    return not _cache_off


def forget_cache_switch() -> None:
    """The next cache_enabled() looks again."""
    global _looked_at  # noqa: PLW0603
    _looked_at = -REMEMBERED_SECONDS


def queue_sync() -> bool:
    """Asked only when the queue has failed already; the setting decides without the database."""
    return bool(settings.QUEUE_SYNC) or is_on(QUEUE_SYNC)

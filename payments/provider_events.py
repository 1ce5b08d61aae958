"""Applying what a provider told us: each stored event once, whoever calls and however often."""

import structlog
from django.db.models import F
from django.db.models.functions import Now

from core.errors import NotFound
from core.http import ProviderError
from payments.models import Payment, ProviderEvent
from payments.settlement import settle

ATTEMPTS_MAX = 20
MONEY_ARRIVED = "charge.success"

State = ProviderEvent.State

log = structlog.get_logger(__name__)


def apply(event_id: int) -> str:
    """Does what a stored event asks for, if it was not done yet. Returns the state that it is in then.

    A provider that does not answer leaves it open for the sweep; after twenty tries it is dead and staff look at it.
    """
    row = ProviderEvent.objects.get(pk=event_id)
    if row.state != State.RECEIVED:
        return row.state
    if row.event != MONEY_ARRIVED:
        return _close(row, State.IGNORED, "Nothing in the shop depends on this event.")
    try:
        payment = settle(row.reference)
    except NotFound:
        return _close(row, State.IGNORED, "The shop knows no payment with this reference.")
    except Exception as error:  # one event that breaks must not stop the others, and must not be lost
        return _try_later(row, _told(row, error))
    if payment.state != Payment.State.CAPTURED:
        return _try_later(row, "Paystack announced this money, but does not know it when it is asked.")
    return _close(row, State.APPLIED, "")


def _told(row: ProviderEvent, error: Exception) -> str:
    if isinstance(error, ProviderError):
        return error.message
    log.error("event_failed", event=row.pk, exc_info=error)
    return f"{type(error).__name__}: {error}"


def open_events(limit: int = 200) -> list[int]:
    """Ids of stored events that nobody has applied yet, oldest first."""
    rows = ProviderEvent.objects.filter(state=State.RECEIVED).order_by("received_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def _close(row: ProviderEvent, state: str, error: str) -> str:
    ProviderEvent.objects.filter(pk=row.pk, state=State.RECEIVED).update(
        state=state, error=error, attempts=F("attempts") + 1, applied_at=Now()
    )
    return state


def _try_later(row: ProviderEvent, error: str) -> str:
    state = State.DEAD if row.attempts + 1 >= ATTEMPTS_MAX else State.RECEIVED
    ProviderEvent.objects.filter(pk=row.pk, state=State.RECEIVED).update(
        state=state, error=error[:300], attempts=F("attempts") + 1
    )
    return state

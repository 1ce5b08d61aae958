"""Applying what a provider told us: each stored event once, whoever calls and however often."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db.models import F, Q
from django.db.models.functions import Now

from core.errors import Conflict, NotFound, ShopError
from core.http import ProviderError
from core.money import Money
from orders.events import Actor
from payments import disputes, paystack, personal, refund_sending, rejected_transfers
from payments.models import Payment, ProviderEvent
from payments.paystack import UnknownReference
from payments.settlement import settle

# From each try to the next: close together at first, and in all the three days for which Paystack repeats itself.
PAUSES = [timedelta(minutes=minutes) for minutes in (0.5, 1, 2, 5, 10, 30, 60, 120, 240, *[360] * 11)]
ATTEMPTS_MAX = len(PAUSES) + 1
LOOKED_AT_KEPT = timedelta(days=90)
FORGET_AT_ONCE = 20_000
UNKNOWN = "The shop knows no payment with this reference."

State = ProviderEvent.State

log = structlog.get_logger(__name__)


class ForReview(Exception):
    """A signed event that fits nothing of ours: somebody must look at it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TryLater(Exception):
    """Not yet so, as the event says it is."""


def apply(event_id: int) -> str:
    """Does what a stored event asks for, if it was not done yet. Returns the state that it is in then.

    A provider that does not answer leaves it open for the sweep, later each time; after three days it is dead and staff
    try it again or close it.
    """
    row = ProviderEvent.objects.get(pk=event_id)
    if row.state != State.RECEIVED:
        return row.state
    handle = next((handle for name, handle in HANDLERS.items() if row.event.startswith(name)), None)
    if handle is None:
        return _close(row, State.IGNORED, "Nothing in the shop depends on this event.", body="")
    try:
        handle(row)
    except ForReview as error:
        return _close(row, State.REVIEW, error.message)
    except Exception as error:  # one event that breaks must not stop the others, and must not be lost
        return _try_later(row, _told(row, error))
    return _close(row, State.APPLIED, "")


def try_again(event_id: int) -> None:
    """Another full round of tries for an event that was given up. The caller nudges. Raises Conflict for any other."""
    given_up = ProviderEvent.objects.filter(pk=event_id, state=State.DEAD)
    if not given_up.update(state=State.RECEIVED, attempts=0, next_attempt_at=Now(), error=""):
        raise Conflict("Only an event that was given up is tried again. Look at its state.", code="event_not_dead")


def looked_at(event_id: int, note_of_staff: str, actor: Actor) -> None:
    """Nothing is to be done about an event that was given up, or fits nothing of ours, and why.

    Raises ShopError without a note, Conflict for an event that waits for nobody.
    """
    if not note_of_staff.strip():
        raise ShopError("Write what it was.", field="note")
    waits = ProviderEvent.objects.filter(pk=event_id, state__in=[State.REVIEW, State.DEAD])
    note = note_of_staff.strip()[:200]
    if not waits.update(state=State.CLOSED, closed_by=actor.label, closed_at=Now(), note=note):
        raise Conflict("This event does not wait for anybody. Look at its state.", code="event_not_waiting")
    personal.forget_words_about(ProviderEvent.objects.get(pk=event_id).reference)


def forget_old() -> int:
    """Takes away what events said that nobody needs: those that are not for us, and what staff have looked at long ago.

    Whom such an event names is mostly not known, so that it is not left until they are erased. Returns how many; what
    is too much for one statement has the next turn.
    """
    not_for_us = ProviderEvent.objects.filter(state=State.IGNORED).exclude(body="")
    long_ago = ProviderEvent.objects.filter(state=State.CLOSED, closed_at__lt=Now() - LOOKED_AT_KEPT)
    said = long_ago.exclude(body="", note="")
    return sum(
        ProviderEvent.objects.filter(pk__in=rows.order_by().values("pk")[:FORGET_AT_ONCE]).update(body="", note="")
        for rows in (not_for_us, said)
    )


def _money_arrived(row: ProviderEvent) -> None:
    try:
        payment = settle(row.reference)
    except NotFound as error:
        raise ForReview(UNKNOWN) from error
    if payment.state != Payment.State.CAPTURED:
        raise TryLater("Paystack announced this money, but does not know it when it is asked.")


def _refund_changed(row: ProviderEvent) -> None:
    """The event is only the reason to ask: deliveries overtake each other, and each may be an old one."""
    payment = Payment.objects.filter(reference=row.reference).first()
    if payment is None:
        raise ForReview(UNKNOWN)
    number = str(_data_of(row).get("id"))
    # One question: between two, the sender may write down the number that it has just been told.
    may_be_it = Q(provider_refund_id=number) | Q(provider_refund_id=None) if number.isdecimal() else Q()
    refunds = list(payment.refunds.filter(may_be_it))
    if not refunds:
        raise ForReview("The shop has not asked for this refund. Was it made on Paystack's dashboard?")
    for refund in refunds:
        refund_sending.go_on(refund.pk)


def _transfer_rejected(row: ProviderEvent) -> None:
    """Names no payment, only Paystack's number of it, which Paystack is asked about."""
    transfer = _data_of(row).get("bank_transfer")
    try:
        number, sent = int(transfer["transaction_id"]), int(transfer["amount"])  # type: ignore[index]
        found = paystack.find(number)
    except (KeyError, TypeError, ValueError, UnknownReference) as error:
        raise ForReview("A transfer that was sent back, for no payment that can be found.") from error
    payment = Payment.objects.filter(reference=found.reference).first()
    if payment is None:
        raise ForReview(UNKNOWN)
    # Under its reference it is found when its person is forgotten, here as well if that has happened.
    row.reference = payment.reference
    row.save(update_fields=["reference"])
    settle(payment.reference)
    rejected_transfers.note(payment.pk, Money(sent, payment.currency), str(row.pk))


def _disputed(row: ProviderEvent) -> None:
    """The webhook alone is the news: deliveries overtake each other, so whichever comes first opens it."""
    data = _data_of(row)
    about = data.get("transaction")
    reference = about.get("reference") if isinstance(about, dict) else None
    if not isinstance(reference, str) or data.get("domain") != paystack.mode():
        raise ForReview("A dispute of nothing of ours, or of Paystack's other mode.")
    try:
        payment = settle(reference)
    except NotFound as error:
        raise ForReview(UNKNOWN) from error
    if payment.state != Payment.State.CAPTURED:
        raise TryLater("Paystack says this payment is disputed, but not that it was paid.")
    disputes.note(payment.pk, disputes.read(data))


def _told(row: ProviderEvent, error: Exception) -> str:
    if isinstance(error, ProviderError | TryLater):
        return str(error)
    log.error("event_failed", webhook=row.pk, exc_info=error)
    return f"{type(error).__name__}: {error}"


def due(limit: int = 200) -> list[int]:
    """Ids of stored events that nobody has applied yet and whose time has come."""
    rows = ProviderEvent.objects.filter(state=State.RECEIVED, next_attempt_at__lte=Now())
    return list(rows.order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def _close(row: ProviderEvent, state: str, error: str, **columns: str) -> str:
    ProviderEvent.objects.filter(pk=row.pk, state=State.RECEIVED).update(
        state=state, error=error, attempts=F("attempts") + 1, applied_at=Now(), **columns
    )
    personal.forget_words_about(row.reference)
    return state


def _try_later(row: ProviderEvent, error: str) -> str:
    state = State.DEAD if row.attempts + 1 >= ATTEMPTS_MAX else State.RECEIVED
    pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
    # Two who failed at once are one try, and none is counted that staff have begun anew meanwhile.
    ours = ProviderEvent.objects.filter(pk=row.pk, state=State.RECEIVED, attempts=row.attempts)
    ours.update(state=state, error=error[:300], attempts=row.attempts + 1, next_attempt_at=Now() + pause)
    return state


def _data_of(row: ProviderEvent) -> dict[str, Any]:
    data = json.loads(row.body or "{}").get("data")
    return data if isinstance(data, dict) else {}


# The beginning of an event's name, and what it asks for.
HANDLERS: dict[str, Callable[[ProviderEvent], None]] = {
    "charge.success": _money_arrived,
    "refund.": _refund_changed,
    "charge.dispute.": _disputed,
    "bank.transfer.rejected": _transfer_rejected,
}

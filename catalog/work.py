"""Work on a file: claimed by one worker, tried again with patience, given up where trying does not help."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.models import Work
from core.errors import Conflict

W = TypeVar("W", bound=Work)
ATTEMPTS_MAX = 5
# A file that kills whoever touches it gets three workers, not five.
DELIVERIES_MAX = 3
# Longer than a task on the media queue may run (catalog.tasks): past it, the worker is dead.
LEASE = timedelta(minutes=3)
FIRST_WAIT = timedelta(seconds=20)
UNFINISHED = (Work.State.QUEUED, Work.State.PROCESSING)
GIVEN_UP = (Work.State.FAILED, Work.State.DEAD)


def claim(model: type[W], pk: int) -> W | None:
    """The row, if it is now ours to work on: a conditional update that one caller wins. Harmless twice."""
    rows = model._default_manager.filter(pk=pk)
    rows.filter(_abandoned(), attempts__gte=DELIVERIES_MAX).update(
        state=Work.State.DEAD,
        error="Its worker died every time. The file may ask too much of it: save it smaller and upload it again.",
        updated_at=Now(),
    )
    claimed = rows.filter(_due()).exclude(original="")
    values: dict[str, Any] = {"state": Work.State.PROCESSING, "attempts": F("attempts") + 1}
    if claimed.update(**values, next_attempt_at=None, updated_at=Now()) != 1:
        return None
    return rows.first()


def held(row: W) -> W | None:
    """The row locked, within the caller's transaction, if it is still the claim that `row` was; None if it was lost."""
    still = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    return still.filter(pk=row.pk, state=Work.State.PROCESSING, attempts=row.attempts).first()


def refuse(row: Work, reason: str) -> None:
    """The file is at fault: trying again would end in the same way."""
    _leave(row, Work.State.FAILED, reason)


def put_off(row: Work, reason: str) -> None:
    """Something else failed. It is tried again after 20 s, 1, 3 and 9 minutes; after the fifth time it is dead."""
    if row.attempts >= ATTEMPTS_MAX:
        told = f"Given up after {row.attempts} tries. Mend the cause, then have it tried again. The last said: {reason}"
        _leave(row, Work.State.DEAD, told)
    else:
        told = f"Try {row.attempts} of {ATTEMPTS_MAX} failed; the next comes by itself. It said: {reason}"
        _leave(row, Work.State.QUEUED, told, next_attempt_at=Now() + FIRST_WAIT * 3 ** (row.attempts - 1))


def retry(model: type[Work], pk: int) -> None:
    """Puts what was given up back into the queue, as staff ask. Raises Conflict where nothing was given up."""
    given_up = model._default_manager.filter(pk=pk, state__in=GIVEN_UP).exclude(original="")
    with transaction.atomic():
        done = given_up.update(state=Work.State.QUEUED, attempts=0, error="", next_attempt_at=None, updated_at=Now())
    if not done:
        raise Conflict("There is nothing to try again: it is not among the failed ones, or its file is gone.")


def waiting(model: type[Work], limit: int = 200) -> list[int]:
    """Ids of rows to work on now: queued ones that are due, and ones whose worker seems dead."""
    rows = model._default_manager.filter(_due()).exclude(original="")
    return list(rows.order_by("updated_at").values_list("pk", flat=True)[:limit])


def _due() -> Q:
    queued = Q(state=Work.State.QUEUED) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now()))
    return queued | _abandoned()


def _abandoned() -> Q:
    return Q(state=Work.State.PROCESSING, updated_at__lt=Now() - LEASE)


def _leave(row: Work, state: str, reason: str, **values: Any) -> None:
    """Only where the claim is still ours: another worker may have taken it over and be done."""
    mine = type(row)._default_manager.filter(pk=row.pk, state=Work.State.PROCESSING, attempts=row.attempts)
    mine.update(state=state, error=reason[:300], updated_at=Now(), **values)

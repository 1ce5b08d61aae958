"""Scheduled work that starts workflows (the timetable is prechi/schedule.py)."""

import structlog
from celery import shared_task

from core.limited_time import while_there_is_time
from payments import audit as invariants
from payments import comparison, dead_letters, disputes, late_money, provider_events, reconciliation, refund_sending

# Each well before the timetable sends the next: a slow Paystack must not hold every process of the queue.
APPLY_FOR_SECONDS = 20.0
SEND_FOR_SECONDS = 40.0

log = structlog.get_logger(__name__)


@shared_task
def sweep_events() -> int:
    """Applies stored webhooks whose nudge was lost or whose provider was away, for so long at most.

    Returns how many had their turn.
    """
    due = while_there_is_time(provider_events.due(), APPLY_FOR_SECONDS)
    return len([provider_events.apply(event_id) for event_id in due])


@shared_task
def forget_events() -> int:
    """What webhooks said that nobody needs any more. Returns of how many."""
    return provider_events.forget_old()


@shared_task
def sweep_refunds() -> int:
    """Takes refunds further whose nudge or webhook was lost, for so long at most.

    Returns how many had their turn.
    """
    due = while_there_is_time(refund_sending.due(), SEND_FOR_SECONDS)
    return len([_try_to_go_on(refund_id) for refund_id in due])


def _try_to_go_on(refund_id: int) -> bool:
    """Whether it went well. One that breaks never keeps the others waiting."""
    try:
        refund_sending.go_on(refund_id)
    except Exception as error:
        log.warning("refund_not_sent", refund=refund_id, error=str(error))
        return False
    return True


@shared_task
def give_back_late_money() -> int:
    """Late money about which its customer has not decided in time."""
    return late_money.give_back_unanswered()


@shared_task
def compare_with_paystack() -> int:
    """Everything of the last days, whoever forgot it. Returns how many differences wait for staff."""
    return comparison.compare()


@shared_task
def remind_of_disputes() -> int:
    """Those that must be answered within hours, each once."""
    return disputes.remind()


@shared_task
def settle_open_payments() -> int:
    """The money that nobody told us about."""
    return reconciliation.settle_open_payments()


@shared_task
def expire_unpaid_orders() -> int:
    """The orders that nobody paid: by a task of its own, for a slow Paystack must not keep it waiting."""
    return reconciliation.expire_unpaid_orders()


@shared_task
def audit() -> int:
    """Counts broken invariants and says each in the log. /metrics counts them too."""
    found = invariants.violations()
    for violation in found:
        log.error("invariant_broken", rule=violation.rule, subject=violation.subject, detail=violation.detail)
    return len(found)


@shared_task
def tell_dead_letters() -> int:
    """To the staff, each once. Returns how many."""
    return dead_letters.tell()

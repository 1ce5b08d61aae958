"""Scheduled work that starts workflows (the timetable is prechi/schedule.py)."""

import structlog
from celery import shared_task

from payments import audit as invariants
from payments import comparison, dead_letters, disputes, late_money, provider_events, reconciliation, refund_sending

log = structlog.get_logger(__name__)


@shared_task
def sweep_events() -> int:
    """Applies stored webhooks whose nudge was lost or whose provider was away. Returns how many were due."""
    due = provider_events.due()
    for event_id in due:
        provider_events.apply(event_id)
    return len(due)


@shared_task
def sweep_refunds() -> int:
    """Takes refunds further whose nudge or webhook was lost. Returns how many there were."""
    due = refund_sending.due()
    for refund_id in due:
        try:
            refund_sending.go_on(refund_id)
        except Exception as error:  # one that breaks never keeps the others waiting
            log.warning("refund_not_sent", refund=refund_id, error=str(error))
    return len(due)


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

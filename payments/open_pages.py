"""How long a page of Paystack's takes payments: less long than its order is held, or money comes for what is gone.

It is a setting of the account at Paystack, for all pages at once. A page opens with settings.HOLD_MINUTES_LEFT of the
hold at least (payments.attempts), whatever HOLD_MINUTES is, so that is what it must stay below.
"""

import structlog
from django.conf import settings
from django.urls import reverse

from core.http import ProviderError
from mailing import staff
from payments import paystack

# For a payment that was sent at the last moment, to arrive.
MARGIN_MINUTES = 5
KIND = "staff-paystack-account"

log = structlog.get_logger(__name__)


def fitting() -> int:
    """Seconds: what is left of a hold when a page opens, less the margin; just what a transfer account lives."""
    return (settings.HOLD_MINUTES_LEFT - MARGIN_MINUTES) * 60


def problem_with(seconds: int) -> str:
    """What is wrong with so many; empty where they end before the hold does. 0 is for ever, as Paystack has it."""
    if 0 < seconds < settings.HOLD_MINUTES_LEFT * 60:
        return ""
    stays = f"for {seconds // 60} minutes" if seconds else "for ever"
    return (
        f"Paystack's payment pages stay open {stays}, while their orders are held for {settings.HOLD_MINUTES_LEFT} "
        "minutes. Run manage.py paystack_session."
    )


def shorten() -> tuple[int, int]:
    """Sets it to what fits. Returns the seconds before and after; harmless twice.

    Raises ProviderRefused, or ProviderUnavailable without an answer that can be read.
    """
    before = paystack.session_timeout()
    return before, before if before == fitting() else paystack.set_session_timeout(fitting())


def check() -> None:
    """Logs and tells the staff once where it does not fit. Where Paystack does not say it, that is logged alone."""
    try:
        problem = problem_with(paystack.session_timeout())
    except ProviderError as error:
        log.warning("paystack_session_unknown", error=error.message)
        return
    if problem:
        log.warning("paystack_session_too_long", problem=problem)
    standing = {"session": problem} if problem else {}
    staff.tell_news(KIND, standing, admin_url=settings.SITE_URL + reverse("admin:index"))

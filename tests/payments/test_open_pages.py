"""Paystack's pages close before the holds of their orders end, and who runs the shop is told where they do not."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from structlog.testing import capture_logs

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from payments import attempts, comparison, open_pages, paystack
from tests.factories import placed_order

pytestmark = pytest.mark.django_db
KIND = "staff-paystack-account"


def shortened() -> str:
    out = StringIO()
    call_command("paystack_session", stdout=out)
    return out.getvalue()


def test_the_command_sets_it_below_the_hold_and_says_so(sandbox: Sandbox) -> None:
    assert shortened() == "Before: no end. Now: 1800 seconds.\n"
    assert paystack.session_timeout() == 1800
    paystack.set_session_timeout(7200)
    assert shortened() == "Before: 7200 seconds. Now: 1800 seconds.\n"


def test_set_twice_it_is_written_once(sandbox: Sandbox) -> None:
    shortened()
    assert shortened() == "Before: 1800 seconds. Now: 1800 seconds.\n"
    written = [row for row in sandbox.control("GET", "requests?operation=paystack.timeout")["requests"]
               if row["method"] == "PUT"]  # fmt: skip
    assert len(written) == 1


def test_it_follows_what_is_left_of_a_hold_and_not_how_long_holds_are(sandbox: Sandbox, settings: Any) -> None:
    order = placed_order()
    settings.HOLD_MINUTES = 120
    assert open_pages.fitting() == 1800
    settings.HOLD_MINUTES_LEFT = 60
    assert open_pages.fitting() == 3300
    attempts.start(order)
    order.refresh_from_db()
    assert order.hold_expires_at > timezone.now() + timezone.timedelta(minutes=60)


@pytest.mark.parametrize("fault", ["500", "hang", "malformed_json", "429"])
def test_where_paystack_does_not_answer_it_says_so(sandbox: Sandbox, settings: Any, fault: str) -> None:
    settings.PAYSTACK_TIMEOUT_SECONDS = 0.5
    sandbox.control("PUT", "faults", {"paystack.timeout.fault": fault})
    with pytest.raises(CommandError, match="Paystack did not set it"):
        shortened()


def test_a_key_that_is_refused_is_told(sandbox: Sandbox, settings: Any) -> None:
    settings.PAYSTACK_SECRET_KEY = "sk_test_other"
    with pytest.raises(CommandError, match="Invalid key"):
        shortened()


def test_another_time_than_was_asked_for_is_no_success(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paystack, "set_session_timeout", lambda seconds: 7200)
    with pytest.raises(CommandError, match="another time than was asked for"):
        shortened()


@pytest.mark.parametrize(("seconds", "told"), [(0, "for ever"), (2100, "for 35 minutes"), (2099, ""), (1800, "")])
def test_the_daily_comparison_warns_once_of_pages_that_outlive_the_hold(
    sandbox: Sandbox, settings: Any, seconds: int, told: str
) -> None:
    settings.STAFF_EMAILS = ["owner@prechi.test"]
    paystack.set_session_timeout(seconds)
    with capture_logs() as logs:
        assert [comparison.compare() for _ in range(2)] == [0, 0]  # it is no difference of money
    assert any(line["event"] == "paystack_session_too_long" for line in logs) is bool(told)
    mails = [outbox.compose(mail).text for mail in OutgoingMail.objects.filter(kind=KIND)]
    assert [told in text and "paystack_session" in text for text in mails] == ([True] if told else [])


def test_once_it_fits_it_is_forgotten_and_told_anew_when_it_comes_back(sandbox: Sandbox, settings: Any) -> None:
    settings.STAFF_EMAILS = ["owner@prechi.test"]
    for seconds in (0, 1800, 0):
        paystack.set_session_timeout(seconds)
        comparison.compare()
    assert OutgoingMail.objects.filter(kind=KIND).count() == 2


def test_not_being_told_it_keeps_the_comparison_from_nothing(sandbox: Sandbox) -> None:
    sandbox.control("PUT", "faults", {"paystack.timeout.fault": "500"})
    assert comparison.compare() == 0
    assert not OutgoingMail.objects.filter(kind=KIND).exists()

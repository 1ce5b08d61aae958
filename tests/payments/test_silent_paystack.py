"""A Paystack that does not answer: nobody waits for it in a row, and what needs it not goes on."""

from itertools import count
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from core import http, limited_time
from core.errors import Unavailable
from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import attempts, breaker, comparison, paystack, periodic, reconciliation, refunds
from payments.models import Payment, ProviderEvent, Refund
from tests.factories import paid, placed_order
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses of the calls that the shop really made."""
    made: list[str] = []
    call = http.call

    def counted(method: str, url: str, **more: Any) -> Any:
        made.append(url)
        return call(method, url, **more)

    monkeypatch.setattr(http, "call", counted)
    return made


@pytest.fixture
def silent(sandbox: Sandbox) -> Sandbox:
    sandbox.control("PUT", "faults", {"paystack.*.fault": "hang"})
    return sandbox


def ask(times: int) -> None:
    for _ in range(times):
        with pytest.raises(ProviderUnavailable):
            paystack.verify("PR-1-x")


def ask_in_vain(times: int) -> None:
    """With little patience, which a Paystack that answers does not need."""
    with override_settings(PAYSTACK_TIMEOUT_SECONDS=0.2):
        ask(times)


def test_after_three_silences_it_is_left_alone(silent: Sandbox, sent: list[str]) -> None:
    ask_in_vain(10)
    assert breaker.paystack.is_open
    assert len(sent) == breaker.SILENCES_MAX


def test_one_probe_finds_out_that_it_is_back(silent: Sandbox, sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ask_in_vain(3)
    later = breaker.time.monotonic() + breaker.ALONE_SECONDS + 1
    monkeypatch.setattr(breaker.time, "monotonic", lambda: later)
    ask_in_vain(5)
    assert len(sent) == breaker.SILENCES_MAX + 1
    silent.control("PUT", "faults", {"paystack.*.fault": None})
    monkeypatch.setattr(breaker.time, "monotonic", lambda: later + breaker.ALONE_SECONDS + 1)
    for _ in range(2):
        with pytest.raises(paystack.UnknownReference):
            paystack.verify("PR-1-x")
    assert not breaker.paystack.is_open


def test_an_error_that_is_answered_leaves_it_closed(sandbox: Sandbox, sent: list[str]) -> None:
    sandbox.control("PUT", "faults", {"paystack.verify.fault": "500"})
    ask(5)
    assert len(sent) == 5


def test_paying_is_refused_at_once_and_no_attempt_is_counted(silent: Sandbox) -> None:
    order = placed_order()
    ask_in_vain(3)
    for _ in range(attempts.ATTEMPTS_MAX + 1):
        with pytest.raises(Unavailable, match="is kept and nothing was charged"):
            attempts.start(order)
    assert not Payment.objects.exists()


def test_the_return_page_shows_pending(silent: Sandbox, sent: list[str], client: Client) -> None:
    silent.control("PUT", "faults", {"paystack.*.fault": None})
    payment = attempts.start(placed_order())
    silent.control("PUT", "faults", {"paystack.*.fault": "hang"})
    ask_in_vain(3)
    made = len(sent)
    page = client.get("/pay/return/", {"reference": payment.reference}).text
    assert "Do not pay again" in page
    assert len(sent) == made


def end_all_holds() -> None:
    Order.objects.update(hold_expires_at=timezone.now() - timezone.timedelta(minutes=1))


def test_orders_that_nobody_tried_to_pay_expire_all_the_same(sandbox: Sandbox, settings: Any) -> None:
    tried = placed_order()
    payment = attempts.start(tried)
    others = [placed_order() for _ in range(3)]
    end_all_holds()
    settings.PAYSTACK_BASE_URL = "http://127.0.0.1:9"
    assert reconciliation.expire_unpaid_orders() == len(others)
    tried.refresh_from_db()
    assert tried.status == "pending_payment"
    settings.PAYSTACK_BASE_URL = f"{sandbox.url}/paystack"
    breaker.paystack.answer()
    pay_at_paystack(sandbox, payment)
    assert reconciliation.expire_unpaid_orders() == 0
    tried.refresh_from_db()
    assert tried.status == "paid"


@pytest.fixture
def slow_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two looks at it, a slow answer of Paystack's has been waited for."""
    clock = count(0, 15)
    monkeypatch.setattr(limited_time, "monotonic", lambda: next(clock))


def test_sweeps_of_webhooks_and_refunds_end_in_time(sandbox: Sandbox, slow_clock: None) -> None:
    for number in range(4):
        ProviderEvent.objects.create(
            provider="paystack", key=f"{number}", event="charge.success", reference=f"{number}", body="{}"
        )
        order = paid(placed_order())
        refunds.request(order.pk, reason="Torn", key=f"{number}", actor=events.SYSTEM)
    assert periodic.sweep_events() == 1
    assert ProviderEvent.objects.filter(state="received").count() == 3
    assert periodic.sweep_refunds() == 2
    assert Refund.objects.filter(attempts=0).count() == 2


def test_a_refund_of_which_paystack_does_not_tell_waits_behind_the_others(sandbox: Sandbox) -> None:
    refund = refunds.request(paid(placed_order()).pk, reason="Torn", key="1", actor=events.SYSTEM)
    Refund.objects.update(state="pending", attempts=1, sent_at=timezone.now(), provider_refund_id=987)
    sandbox.control("PUT", "faults", {"paystack.*.fault": "500"})
    assert periodic.sweep_refunds() == 1
    refund.refresh_from_db()
    assert (refund.state, refund.checked_at is None) == ("pending", False)
    assert periodic.sweep_refunds() == 0


def test_comparing_ends_in_time_and_what_was_found_is_told(
    sandbox: Sandbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    for number in range(4):
        paystack.initialize(
            reference=f"ELSEWHERE-{number}", email="a@prechi.test", amount=10_000, currency="NGN", callback_url="",
            metadata={},
        )  # fmt: skip
        sandbox.control("POST", f"paystack/transactions/ELSEWHERE-{number}/pay", {"outcome": "success", "webhooks": 0})
    clock = count(0, 50)
    monkeypatch.setattr(limited_time, "monotonic", lambda: next(clock))
    assert comparison.compare() == 2
    assert comparison.compare(takes_its_time=True) == 4
    assert OutgoingMail.objects.filter(kind="staff-differences").count() == 2


def test_asking_ends_in_time_and_goes_on_the_next_time(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        attempts.start(placed_order())
    end_all_holds()
    clock = iter(range(0, 10_000, 30))
    monkeypatch.setattr(limited_time, "monotonic", lambda: next(clock))
    assert reconciliation.expire_unpaid_orders() == 1
    assert reconciliation.expire_unpaid_orders() == 1
    Payment.objects.update(checked_at=None)
    monkeypatch.setattr(reconciliation, "ASK_YOUNG_EVERY", timezone.timedelta(0))
    assert reconciliation.settle_open_payments() == 1

"""Which attempts Paystack is asked about next: nobody waits behind one that gets no answer, and none is forgotten."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from core.http import ProviderUnavailable
from devtools.sandbox.process import Sandbox
from payments import paystack, reconciliation
from payments.models import Payment
from tests.factories import placed_order
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db


class Line:
    """What was asked of Paystack, and about what it gives no answer."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.dead: set[str] = set()


@pytest.fixture
def line(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Line:
    ours, verify = Line(), paystack.verify

    def asked(reference: str) -> Any:
        ours.asked.append(reference)
        if reference in ours.dead:
            raise ProviderUnavailable("The line is dead.")
        return verify(reference)

    monkeypatch.setattr(paystack, "verify", asked)
    return ours


@pytest.fixture
def one_question_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(0, 30)
    monkeypatch.setattr("core.limited_time.monotonic", lambda: next(clock))


def attempt(age: timedelta, state: str = "pending", **columns: Any) -> Payment:
    """Opened at Paystack, where nobody has paid it yet."""
    order = placed_order()
    reference, amount = f"ASKED-{order.pk}", order.total_subunit
    paystack.initialize(
        reference=reference, email=order.email, amount=amount, currency="NGN", callback_url="", metadata={}
    )
    return Payment.objects.create(
        order=order, reference=reference, amount_subunit=amount, currency="NGN", state=state,
        created_at=Now() - age, **columns,
    )  # fmt: skip


def pass_time(**much: float) -> None:
    much_earlier = {column: F(column) - timedelta(**much) for column in ("checked_at", "ask_at")}
    Payment.objects.update(**much_earlier)


def test_a_young_one_does_not_wait_behind_old_ones_without_an_answer(
    sandbox: Sandbox, line: Line, one_question_a_run: None
) -> None:
    old = [attempt(timedelta(hours=hours)) for hours in (9, 8)]
    young = attempt(timedelta(minutes=5))
    pay_at_paystack(sandbox, young)
    line.dead = {payment.reference for payment in old}
    for _ in range(3):
        reconciliation.settle_open_payments()
        pass_time(minutes=3)
    young.refresh_from_db()
    assert young.outcome == "applied"
    assert line.asked == [*(payment.reference for payment in old), young.reference]


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_without_an_answer_an_old_one_is_asked_about_again_soon(line: Line, state: str) -> None:
    old = attempt(timedelta(hours=9), state=state, checked_at=Now() - timedelta(hours=2))
    line.dead = {old.reference}
    assert reconciliation.settle_open_payments() == 1
    assert reconciliation.settle_open_payments() == 0
    pass_time(minutes=3)
    assert reconciliation.settle_open_payments() == 1


def test_without_an_answer_nothing_is_said_of_when_it_was_asked(line: Line) -> None:
    asked_before = timezone.now() - timedelta(hours=2)
    known = attempt(timedelta(hours=9), checked_at=asked_before)
    never = attempt(timedelta(hours=9))
    line.dead = {known.reference, never.reference}
    assert reconciliation.settle_open_payments() == 2
    for payment, said in ((known, asked_before), (never, None)):
        payment.refresh_from_db()
        assert payment.checked_at == said


def test_after_an_answer_the_pause_is_as_long_as_ever(line: Line) -> None:
    payment = attempt(timedelta(hours=9))
    line.dead = {payment.reference}
    reconciliation.settle_open_payments()
    pass_time(minutes=3)
    line.dead = set()
    assert reconciliation.settle_open_payments() == 1
    pass_time(minutes=59)
    assert reconciliation.settle_open_payments() == 0
    pass_time(minutes=2)
    assert reconciliation.settle_open_payments() == 1


@pytest.mark.parametrize(
    ("age", "state", "pause"), [(0.1, "pending", 2), (0.1, "failed", 10), (9, "pending", 60), (9, "failed", 60)]
)
def test_with_an_answer_the_next_question_has_its_pause(line: Line, age: float, state: str, pause: int) -> None:
    payment = attempt(timedelta(hours=age), state=state)
    assert reconciliation.settle_open_payments() == 1
    Payment.objects.filter(pk=payment.pk).update(state=state)
    pass_time(minutes=pause - 0.5)
    assert reconciliation.settle_open_payments() == 0
    pass_time(minutes=1)
    assert reconciliation.settle_open_payments() == 1


def test_who_has_waited_longest_is_asked_about_first(line: Line) -> None:
    """A young one is due after two minutes, an old one after an hour."""
    late = attempt(timedelta(hours=9), checked_at=Now() - timedelta(minutes=61))
    later = attempt(timedelta(minutes=30), checked_at=Now() - timedelta(minutes=10))
    never = attempt(timedelta(minutes=5))
    reconciliation.settle_open_payments()
    assert line.asked == [payment.reference for payment in (never, later, late)]


def test_only_what_paystack_told_of_is_over(line: Line) -> None:
    silent, told = (attempt(reconciliation.OVER_AFTER + timedelta(hours=1)) for _ in range(2))
    line.dead = {silent.reference}
    reconciliation.settle_open_payments()
    silent.refresh_from_db()
    told.refresh_from_db()
    assert (silent.state, told.state, told.failure_reason) == ("pending", "failed", "Never paid.")

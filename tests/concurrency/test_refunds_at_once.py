"""Several of the staff give the same money back at the same moment: it goes back once, and the others are told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from core import transactions
from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events, lifecycle
from orders.models import Order
from payments import refund_sending, refunds
from payments.models import Payment, Refund
from tests.concurrency.crowd import at_once, gathering
from tests.factories import placed_order
from tests.payments.conftest import at_paystack, paid_through_paystack

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CLERKS = 8


@pytest.fixture
def order(sandbox: Sandbox) -> Order:
    order = placed_order()
    paid_through_paystack(sandbox, order)
    return order


def give_back(order: Order, key: str, **what: Any) -> Refund:
    return refunds.request(order.pk, reason="Torn", key=key, actor=events.SYSTEM, **what)


def with_keys_of_their_own(order: Order, **what: Any) -> list[Refund | Exception]:
    return at_once([partial(give_back, order, f"key-{number}", **what) for number in range(CLERKS)])


def is_one_refund(results: list[Refund | Exception]) -> bool:
    """One of them gave it back; each of the others was told by the shop, and not by an error of the database."""
    told = [result.code for result in results if isinstance(result, Conflict)]
    return told == ["refund_under_way"] * (CLERKS - 1) and Refund.objects.count() == 1


@pytest.mark.parametrize("what", [{}, {"amount": 100_00}])
def test_each_with_a_request_of_their_own(order: Order, what: dict[str, Any]) -> None:
    """Also of a small part: the rest may go back when the first is done."""
    assert is_one_refund(with_keys_of_their_own(order, **what))
    assert OutgoingMail.objects.filter(kind="refund-started").count() == 1


def test_one_request_sent_by_all(order: Order) -> None:
    results = at_once([partial(give_back, order, "one")] * CLERKS)
    assert {getattr(result, "pk", result) for result in results} == {Refund.objects.get().pk}


def test_money_in_review_goes_back_once(sandbox: Sandbox, order: Order) -> None:
    """The desk's button on the page of the payment."""
    payment = order.payments.get()
    tasks: list[Callable[[], Refund]] = [
        partial(refunds.give_back, payment.pk, reason="Twice", key="all", actor=events.SYSTEM)
    ] * (CLERKS // 2) + [partial(give_back, order, "some", amount=100_00)] * (CLERKS // 2)
    results = at_once(tasks)
    assert Refund.objects.count() == 1
    assert {getattr(result, "code", "done") for result in results} == {"done", "refund_under_way"}


def test_sent_by_all_paystack_gets_it_once(sandbox: Sandbox, order: Order) -> None:
    refund = give_back(order, "one")
    at_once([partial(refund_sending.go_on, refund.pk)] * CLERKS)
    assert [row["amount"] for row in at_paystack(sandbox)[refund.payment.reference]] == [order.total_subunit]


@pytest.mark.breaks_invariants
def test_without_the_locks_some_would_break(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: all find no other refund under way, and the database alone refuses the second."""
    unlock(monkeypatch)
    assert not is_one_refund(with_keys_of_their_own(order))


@pytest.mark.breaks_invariants
def test_without_the_locks_one_request_would_break_too(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock(monkeypatch)
    results = at_once([partial(give_back, order, "one")] * CLERKS)
    assert any(isinstance(result, Exception) for result in results)


@pytest.mark.breaks_invariants
def test_without_the_claim_paystack_would_get_it_more_often(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = give_back(order, "one")
    two_are_there = gathering(2)

    def unclaimed(refund: Refund) -> bool:
        two_are_there()
        return True

    monkeypatch.setattr(refund_sending, "_claim", unclaimed)
    at_once([partial(refund_sending.go_on, refund.pk)] * 2)
    asked = sandbox.control("GET", "requests?operation=paystack.refund")["requests"]
    assert len(asked) == 2


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    two_have_looked, check = gathering(2), refunds.check_undisputed

    def check_together(payments: list[Payment]) -> None:
        check(payments)
        two_have_looked()

    monkeypatch.setattr(refunds, "_lock_paid", lambda order_id: Payment.objects.get(order=order_id))
    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(refunds, "check_undisputed", check_together)
    monkeypatch.setattr(transactions, "TRIES", 1)

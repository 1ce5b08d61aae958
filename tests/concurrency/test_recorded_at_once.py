"""Clerks record the same transfer at the same moment, or while its customer pays at Paystack: an order is paid once."""

from functools import partial
from typing import Any

import pytest

from core import transactions
from core.errors import ShopError
from devtools.sandbox.process import Sandbox
from orders import events, lifecycle
from orders.models import Order
from payments import attempts, offline, settlement
from payments.models import Payment, Receipt
from tests.concurrency.crowd import at_once, gathering
from tests.factories import VariantSizeFactory, placed_order

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CLERKS = 8


@pytest.fixture(autouse=True)
def takes_transfers(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank"]


def new_order() -> Order:
    return placed_order((VariantSizeFactory(on_hand=CLERKS * 2), 1))


def record(order: Order) -> Payment:
    return offline.record(order.pk, "bank", "GTB-1", order.total_subunit, events.SYSTEM)


def test_many_clerks_record_one_payment() -> None:
    order = new_order()
    results = at_once([partial(record, order)] * CLERKS)
    assert {getattr(result, "pk", result) for result in results} == {Payment.objects.get().pk}


@pytest.mark.breaks_invariants
def test_without_the_lock_on_the_order_some_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: unlocked, all find it unpaid, and the database alone refuses the second."""
    order = new_order()
    two_have_looked = gathering(2)

    def unlocked(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        two_have_looked()
        return order

    monkeypatch.setattr(lifecycle, "lock", unlocked)
    results = at_once([partial(record, order)] * CLERKS)
    assert any(not isinstance(result, Payment) for result in results)


def test_one_transfer_pays_one_of_two_orders() -> None:
    orders = [new_order(), new_order()]
    results = at_once([partial(record, order) for order in orders * (CLERKS // 2)])
    assert Receipt.objects.count() == 1
    assert Order.objects.filter(status="paid").count() == 1
    refused = [result for result in results if not isinstance(result, Payment)]
    assert {getattr(result, "code", result) for result in refused} == {"reference_used"}


@pytest.mark.breaks_invariants
def test_without_the_rule_of_the_database_it_would_pay_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both look before either writes, and nothing but the rule knows that it is one transfer."""
    orders = [new_order(), new_order()]
    both_have_looked, write = gathering(2), offline._write

    def unruled(order: Order, method: str, reference: str, *more: Any) -> Payment:
        both_have_looked()
        return write(order, method, f"{reference} of {order.number}", *more)

    monkeypatch.setattr(offline, "_write", unruled)
    at_once([partial(record, order) for order in orders])
    assert Order.objects.filter(status="paid").count() == 2


def recorded_and_settled(sandbox: Sandbox) -> tuple[Any, Any]:
    """What became of it with the clerk, and with Paystack."""
    order = new_order()
    attempt = attempts.start(order)
    sandbox.control("POST", f"paystack/transactions/{attempt.reference}/pay", {"outcome": "success", "webhooks": 0})
    clerk, paystack = at_once([partial(record, order), partial(settlement.settle, attempt.reference)])
    return clerk, paystack


def is_paid_once(clerk: Any, paystack: Any) -> bool:
    """By one of them, and the other says so, or gives the money back."""
    if isinstance(clerk, ShopError):
        return clerk.code == "already_paid" and getattr(paystack, "outcome", "") == "applied"
    outcomes = (getattr(clerk, "outcome", ""), getattr(paystack, "outcome", ""))
    return outcomes == ("applied", "duplicate") and paystack.refunds.count() == 1


def test_recorded_while_paystack_takes_it_too(sandbox: Sandbox) -> None:
    assert is_paid_once(*recorded_and_settled(sandbox))


@pytest.mark.breaks_invariants
def test_without_the_lock_one_of_them_would_fail(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both find it unpaid and take its money; the database alone refuses the second."""
    both_have_looked, check = gathering(2), lifecycle.check_takes_money

    def check_together(order: Order) -> None:
        check(order)
        both_have_looked()

    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(lifecycle, "check_takes_money", check_together)
    monkeypatch.setattr(transactions, "TRIES", 1)
    assert not is_paid_once(*recorded_and_settled(sandbox))

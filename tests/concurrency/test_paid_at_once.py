"""Webhook, return page and sweep settle the same payment at the same moment: one effect."""

from functools import partial
from typing import Any

import pytest

from catalog.models import StockMovement
from core import transactions
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import lifecycle, redemptions
from orders.models import Order
from payments import attempts, reconciliation, settlement
from payments.models import Payment
from tests.concurrency.crowd import at_once, gathering
from tests.factories import VariantSizeFactory, placed_order

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

CALLERS = 12


def paid_attempt(sandbox: Sandbox) -> Payment:
    payment = attempts.start(placed_order((VariantSizeFactory(on_hand=CALLERS * 2), 1)))
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0})
    return payment


def test_everybody_settles_and_it_happens_once(sandbox: Sandbox) -> None:
    payment = paid_attempt(sandbox)
    results = at_once([partial(settlement.settle, payment.reference)] * CALLERS)
    assert {getattr(result, "outcome", result) for result in results} == {"applied"}
    assert StockMovement.objects.filter(reason="sold").count() == 1
    assert OutgoingMail.objects.filter(kind="order-paid").count() == 1


@pytest.mark.breaks_invariants
def test_without_the_lock_on_the_payment_some_would_fail(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: unlocked, the later ones take the first one's money for a second payment, or break."""
    payment = paid_attempt(sandbox)
    found = settlement.paystack.verify(payment.reference)

    two_have_looked = gathering(2)

    class Unlocked:
        @staticmethod
        def select_for_update(**how: Any) -> type["Unlocked"]:
            return Unlocked

        @staticmethod
        def get(pk: int) -> Payment:
            seen = Payment.objects.get(pk=pk)
            two_have_looked()
            return seen

    monkeypatch.setattr(settlement, "Payment", type("P", (), {"objects": Unlocked, "State": Payment.State}))
    monkeypatch.setattr(transactions, "TRIES", 1)
    results = at_once([partial(settlement.record_money, payment.pk, found)] * CALLERS)
    assert {getattr(result, "outcome", "error") for result in results} != {"applied"}


@pytest.mark.breaks_invariants
def test_without_the_lock_on_the_order_it_would_be_paid_and_expired(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: each finds the order waiting for its money, and both go on, or one meets a guard of the
    database and its money fulfils nothing."""
    payment = paid_attempt(sandbox)
    type(payment.order).objects.filter(pk=payment.order_id).update(hold_expires_at="2020-01-01T00:00:00Z")
    found = settlement.paystack.verify(payment.reference)
    both_have_looked = gathering(2)
    check, free = lifecycle.check_takes_money, redemptions.free

    def check_together(order: Order) -> None:
        check(order)
        both_have_looked()

    def free_together(order: Order) -> None:
        both_have_looked()
        free(order)

    monkeypatch.setattr(lifecycle, "lock", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(lifecycle, "check_takes_money", check_together)
    monkeypatch.setattr(redemptions, "free", free_together)
    monkeypatch.setattr(transactions, "TRIES", 1)
    pays, ends = partial(settlement.record_money, payment.pk, found), partial(lifecycle.expire, payment.order_id)
    results: list[Any] = at_once([pays, ends])
    steps = set(payment.order.events.values_list("kind", flat=True)) & {"paid", "expired"}
    payment.refresh_from_db()
    is_one_truth = (payment.outcome, steps) == ("applied", {"paid"})
    assert not is_one_truth or any(isinstance(result, Exception) for result in results)


def test_payment_and_expiry_at_once_leave_one_truth(sandbox: Sandbox) -> None:
    payments = [paid_attempt(sandbox) for _ in range(4)]
    for payment in payments:
        type(payment.order).objects.filter(pk=payment.order_id).update(hold_expires_at="2020-01-01T00:00:00Z")
    tasks: list[Any] = [partial(settlement.settle, payment.reference) for payment in payments]
    tasks += [partial(lifecycle.expire, payment.order_id) for payment in payments]
    tasks += [reconciliation.expire_unpaid_orders] * 2
    results = at_once(tasks)
    assert not [result for result in results if isinstance(result, Exception)]
    for payment in payments:
        payment.refresh_from_db()
        payment.order.refresh_from_db()
        assert (payment.outcome, payment.order.status) == ("applied", "paid")

"""Money that is here while its order cannot go on: the order waits for the staff, who give it back or try again."""

from typing import Any

import pytest
from django.utils import timezone

from accounts import privacy
from devtools.sandbox.process import Sandbox
from orders import events, lifecycle
from orders.models import Order
from payments import attempts, disputes, reconciliation, refunds
from payments.models import Payment
from payments.settlement import settle
from tests.factories import placed_order
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Payment:
    """Captured, and in review for a defect of the shop that is mended by now."""
    payment = attempts.start(placed_order())
    pay_at_paystack(sandbox, payment)

    def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "mark_paid", broken)
        payment = settle(payment.reference)
    assert (payment.state, payment.outcome, payment.in_review) == ("captured", "", True)
    return payment


def status(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).status


def test_asked_again_it_pays_the_order(payment: Payment) -> None:
    assert settle(payment.reference).outcome == "applied"
    assert status(payment) == "paid"


def test_what_is_given_back_pays_nothing_any_more(payment: Payment) -> None:
    refunds.give_back_reviewed(payment.pk, reason="Could not go on", actor=events.SYSTEM)
    assert settle(payment.reference).outcome == ""
    assert status(payment) == "pending_payment"


@pytest.mark.parametrize(("word", "becomes"), [("pending", "pending_payment"), ("resolved", "paid")])
def test_what_a_bank_may_take_back_pays_nothing_until_it_has_decided(payment: Payment, word: str, becomes: str) -> None:
    disputes.note(payment.pk, disputes.Word(7, payment.amount_subunit, "NGN", "fraud", word, "declined", None))
    settle(payment.reference)
    assert status(payment) == becomes


def test_its_order_does_not_end_while_it_is_looked_at(payment: Payment) -> None:
    long_ago = timezone.now() - timezone.timedelta(hours=2)
    Order.objects.filter(pk=payment.order_id).update(hold_expires_at=long_ago)
    assert reconciliation.expire_unpaid_orders() == 0
    disputes.note(
        payment.pk, disputes.Word(7, payment.amount_subunit, "NGN", "fraud", "resolved", "merchant-accepted", None)
    )
    assert reconciliation.expire_unpaid_orders() == 1


def test_money_for_an_order_whose_person_was_erased_goes_back(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    privacy.erase_guest(order.email)
    pay_at_paystack(sandbox, payment)
    payment = settle(payment.reference)
    order.refresh_from_db()
    assert (payment.outcome, order.status, order.paid_at) == ("duplicate", "cancelled", None)
    assert payment.refunds.get().amount_subunit == payment.captured_subunit

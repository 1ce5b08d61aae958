"""A transfer of another amount goes back to its payer by itself: they are told, nothing is paid, and they can pay."""

from typing import Any

import pytest

from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders.models import Order
from payments import attempts, paystack, settlement
from payments.models import Payment, ProviderEvent
from tests.factories import placed_order
from tests.payments.conftest import hear, pay_at_paystack

pytestmark = pytest.mark.django_db


def rejected(payment: Payment, sent: int, number: int | None = None) -> Any:
    number = number or paystack.verify(payment.reference).id
    transfer = {"amount": str(sent), "message": "incorrect amount sent", "transaction_id": str(number)}
    return hear("bank.transfer.rejected", {"bank_transfer": transfer, "customer": {"email": "ada@prechi.test"}})


def mails(order: Order) -> int:
    return OutgoingMail.objects.filter(kind="transfer-rejected", recipient=order.email).count()


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    return attempts.start(placed_order())


def test_its_payer_is_told_what_came_and_what_is_due(payment: Payment) -> None:
    row = rejected(payment, 5_000_00)
    assert (row.state, row.reference) == ("applied", payment.reference)
    event = payment.order.events.get(kind="transfer-rejected")
    assert event.data == {"sent": "₦5,000", "due": payment.amount.display}
    assert mails(payment.order) == 1
    assert payment.order.status == "pending_payment"


def test_told_twice_it_is_one_and_another_transfer_is_another(payment: Payment) -> None:
    for sent in (5_000_00, 5_000_00, 6_000_00):
        rejected(payment, sent)
    assert (ProviderEvent.objects.count(), mails(payment.order)) == (2, 2)


def test_the_right_transfer_afterwards_pays(sandbox: Sandbox, payment: Payment) -> None:
    rejected(payment, 5_000_00)
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "applied"


def test_where_the_money_came_before_the_word_nobody_is_alarmed(sandbox: Sandbox, payment: Payment) -> None:
    pay_at_paystack(sandbox, payment)
    assert rejected(payment, 5_000_00).state == "applied"
    assert mails(payment.order) == 0


def test_while_paystack_does_not_tell_it_is_tried_again(payment: Payment, settings: Any) -> None:
    number = paystack.verify(payment.reference).id
    settings.PAYSTACK_PREVIOUS_SECRET_KEY, settings.PAYSTACK_SECRET_KEY = settings.PAYSTACK_SECRET_KEY, "sk_test_other"
    assert rejected(payment, 5_000_00, number).state == "received"


def test_of_nothing_of_ours_it_is_kept_for_review(payment: Payment) -> None:
    assert rejected(payment, 5_000_00, number=4_000_000_001).state == "review"


@pytest.mark.parametrize("oddity", [None, [], {}, {"transaction_id": "x", "amount": "1"}])
def test_what_cannot_be_read_is_kept(sandbox: Sandbox, oddity: Any) -> None:
    assert hear("bank.transfer.rejected", {"bank_transfer": oddity}).state == "review"

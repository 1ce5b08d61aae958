"""Money that is not what was asked for, or went back before the shop heard of it: page, mails and staff say so."""

from typing import Any

import pytest
from django.test import Client

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders.models import Order
from payments import attempts
from payments.models import Payment
from payments.settlement import settle
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somebody_is_told(settings: Any) -> None:
    settings.STAFF_EMAILS = ["owner@prechi.test"]


@pytest.fixture
def payment(sandbox: Sandbox) -> Payment:
    return attempts.start(placed_order())


def pay(sandbox: Sandbox, payment: Payment, **how: Any) -> None:
    path = f"paystack/transactions/{payment.reference}"
    sandbox.control("POST", f"{path}/pay", {"outcome": "success", "webhooks": 0} | how)


def reverse(sandbox: Sandbox, payment: Payment) -> None:
    """Paid and taken back, and the shop has heard of neither."""
    pay(sandbox, payment)
    path = f"paystack/transactions/{payment.reference}/dispute"
    sandbox.control("POST", path, {"event": "create"})
    sandbox.control("POST", path, {"event": "resolve", "resolution": "merchant-accepted"})


def mails(kind: str) -> list[OutgoingMail]:
    return [outbox.compose(mail) for mail in OutgoingMail.objects.filter(kind=kind)]


def come_back(payment: Payment) -> str:
    answer = Client().get("/pay/return/", {"reference": payment.reference})
    assert answer.status_code == 200
    return answer.text


def standing(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).status


def test_another_amount_is_told_to_its_payer_and_to_the_staff_once(sandbox: Sandbox, payment: Payment) -> None:
    pay(sandbox, payment, amount=1_000_000)
    for _ in range(2):
        settle(payment.reference)
    [mail], [alert] = mails("payment-mismatch"), mails("staff-payment-mismatch")
    assert "asked for ₦12,500, and ₦10,000 came" in mail.text
    assert "do not pay again" in mail.text
    assert alert.subject == f"Order {payment.order.number}: ₦10,000 came, ₦12,500 was due"
    assert payment.reference in alert.text
    assert standing(payment) == "pending_payment"


def test_another_currency_is_told_in_that_currency(sandbox: Sandbox, payment: Payment) -> None:
    pay(sandbox, payment, currency="USD")
    settle(payment.reference)
    assert "$12,500 came" in mails("staff-payment-mismatch")[0].subject
    assert "$12,500" in come_back(payment)


def test_money_of_the_other_mode_is_not_called_another_amount(
    sandbox: Sandbox, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(sandbox, payment)
    monkeypatch.setattr("payments.paystack.mode", lambda: "live")
    settle(payment.reference)
    assert "came in a way that does not pay the order" in mails("payment-mismatch")[0].text
    assert "test mode" in mails("staff-payment-mismatch")[0].text
    assert "where ₦12,500 was due" not in come_back(payment)


def test_what_paystack_sent_back_before_it_was_heard_of_has_words_of_its_own(
    sandbox: Sandbox, payment: Payment
) -> None:
    reverse(sandbox, payment)
    for _ in range(2):
        text = come_back(payment)
        assert "Your payment went back" in text
        assert f'action="/pay/{payment.order.token}/"' in text  # the pieces are still held
        assert "refresh" not in text
    settle(payment.reference)
    assert len(mails("payment-reversed")) == len(mails("staff-payment-reversed")) == 1
    assert "₦12,500" in mails("payment-reversed")[0].text
    payment.refresh_from_db()
    assert (payment.state, payment.captured_subunit, standing(payment)) == ("failed", None, "pending_payment")
    assert payment.order.events.filter(kind="payment-reversed").count() == 1


def test_what_was_paid_here_is_not_called_sent_back(sandbox: Sandbox, payment: Payment) -> None:
    pay(sandbox, payment)
    settle(payment.reference)
    path = f"paystack/transactions/{payment.reference}/dispute"
    sandbox.control("POST", path, {"event": "create"})
    sandbox.control("POST", path, {"event": "resolve", "resolution": "merchant-accepted"})
    settle(payment.reference)
    assert standing(payment) == "paid"
    assert mails("payment-reversed") == []


def test_a_page_that_was_reversed_can_be_paid_anew(sandbox: Sandbox, payment: Payment) -> None:
    reverse(sandbox, payment)
    settle(payment.reference)
    again = attempts.start(payment.order)
    assert again.reference != payment.reference
    pay(sandbox, again)
    settle(again.reference)
    assert standing(payment) == "paid"

"""The sweeps: one row that breaks never keeps the others waiting, and no money is given up too early."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from mailing.render import Rendered
from orders import lifecycle
from orders.models import Order
from payments import attempts, paystack, provider_events, reconciliation
from payments.models import Payment, ProviderEvent
from payments.settlement import settle
from tests.factories import placed_order

pytestmark = pytest.mark.django_db


def pay(sandbox: Sandbox, payment: Payment, outcome: str = "success") -> None:
    sandbox.control("POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": outcome, "webhooks": 0})


def a_while_ago(**columns: Any) -> None:
    """Every payment was last asked about two hours ago."""
    Payment.objects.update(checked_at=Now() - timedelta(hours=2), **columns)


def all_holds_end() -> None:
    Order.objects.update(hold_expires_at=Now() - timedelta(seconds=1))


@pytest.fixture
def one_breaks(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> tuple[Payment, Payment]:
    """Two attempts, the older of which cannot be asked about."""
    broken, sound = attempts.start(placed_order()), attempts.start(placed_order())
    verify = paystack.verify

    def breaks(reference: str) -> Any:
        return 1 / 0 if reference == broken.reference else verify(reference)

    monkeypatch.setattr(paystack, "verify", breaks)
    monkeypatch.setattr(reconciliation, "ASK_YOUNG_EVERY", timedelta(seconds=-1))
    return broken, sound


def test_a_payment_that_breaks_does_not_stop_the_next(sandbox: Sandbox, one_breaks: tuple[Payment, Payment]) -> None:
    _, sound = one_breaks
    pay(sandbox, sound)
    reconciliation.settle_open_payments()
    sound.refresh_from_db()
    assert sound.outcome == "applied"


def test_an_order_that_breaks_does_not_keep_the_stock_of_the_next(one_breaks: tuple[Payment, Payment]) -> None:
    broken, sound = one_breaks
    all_holds_end()
    assert reconciliation.expire_unpaid_orders() == 1
    assert Order.objects.get(pk=sound.order_id).status == "expired"
    assert Order.objects.get(pk=broken.order_id).status == "pending_payment"


def test_an_order_that_cannot_end_does_not_either(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = placed_order(), placed_order()
    all_holds_end()
    expire = lifecycle.expire
    monkeypatch.setattr(lifecycle, "expire", lambda pk: 1 / 0 if pk == first.pk else expire(pk))
    assert reconciliation.expire_unpaid_orders() == 1
    assert Order.objects.get(pk=second.pk).status == "expired"


def test_money_after_a_failure_is_found_without_a_webhook(sandbox: Sandbox) -> None:
    """The card was declined, the order expired, and then the customer paid on the page that was still open."""
    payment = attempts.start(placed_order())
    pay(sandbox, payment, "failed")
    assert settle(payment.reference).state == "failed"
    all_holds_end()
    assert reconciliation.expire_unpaid_orders() == 1
    pay(sandbox, payment)
    a_while_ago()
    reconciliation.settle_open_payments()
    payment.refresh_from_db()
    assert payment.outcome == "applied"
    assert Order.objects.get(pk=payment.order_id).status == "paid"


def test_a_webhook_about_money_that_is_not_there_stays_open(sandbox: Sandbox) -> None:
    payment = attempts.start(placed_order())
    event = ProviderEvent.objects.create(
        provider="paystack", key="1", event="charge.success", reference=payment.reference, body="{}"
    )
    assert provider_events.apply(event.pk) == "received"
    pay(sandbox, payment)
    assert provider_events.apply(event.pk) == "applied"


def test_money_for_an_order_that_breaks_is_kept_and_applied_later(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = attempts.start(placed_order())
    pay(sandbox, payment)
    with monkeypatch.context() as broken:
        broken.setattr("orders.emails.write", lambda *args, **more: 1 / 0)
        payment = settle(payment.reference)
    assert (payment.state, payment.outcome, payment.in_review) == ("captured", "", True)
    assert "ZeroDivisionError" in payment.review_reason
    payment = settle(payment.reference)
    assert (payment.outcome, payment.in_review, payment.review_reason) == ("applied", False, "")
    assert Order.objects.get(pk=payment.order_id).status == "paid"


def test_money_with_the_fee_on_top_breaks_no_rule(sandbox: Sandbox) -> None:
    payment = attempts.start(placed_order())
    sandbox.control("PUT", "faults", {"paystack.customer_bears_fee": True})
    pay(sandbox, payment)
    payment = settle(payment.reference)
    assert (payment.captured_subunit or 0) > payment.amount_subunit
    assert payment.outcome == "applied"


def test_a_sender_that_comes_back_late_does_not_queue_a_sent_mail_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = outbox.enqueue("welcome", "account/1", "ada@prechi.test", Rendered("Hello", "Hello", "Hello"))

    def frozen(row: OutgoingMail) -> str:
        OutgoingMail.objects.filter(pk=row.pk).update(state="sent", sent_at=Now(), attempts=2)
        raise OSError("the connection is gone")

    monkeypatch.setattr(outbox, "_hand_over", frozen)
    assert not outbox.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == "sent"

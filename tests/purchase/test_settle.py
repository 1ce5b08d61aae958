"""From money to order: what Paystack says decides, once, whoever asks."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import VariantSize
from core.errors import Conflict, NotFound, Unavailable
from core.http import ProviderUnavailable
from core.models import Switch
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events, lifecycle
from orders.models import Order
from payments import attempts, cancellation, reconciliation
from payments.models import Payment
from payments.settlement import settle
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


def pay(sandbox: Sandbox, payment: Payment, **how: Any) -> None:
    sandbox.control(
        "POST", f"paystack/transactions/{payment.reference}/pay", {"outcome": "success", "webhooks": 0} | how
    )


def end_the_hold(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timezone.timedelta(seconds=1))


def test_an_attempt_is_written_first_and_opened_at_paystack(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    assert (payment.state, payment.amount_subunit, payment.currency) == ("pending", order.total_subunit, "NGN")
    assert "/checkout/" in payment.authorization_url
    assert [row["reference"] for row in sandbox.control("GET", "paystack/ledger")["transactions"]] == [
        payment.reference
    ]


def test_a_young_attempt_is_opened_again_and_not_doubled(sandbox: Sandbox) -> None:
    order = placed_order()
    assert attempts.start(order).pk == attempts.start(order).pk


def test_a_page_that_is_opened_again_keeps_its_pieces_as_long_as_a_new_one(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    soon = timezone.now() + timezone.timedelta(minutes=21)
    Order.objects.filter(pk=order.pk).update(hold_expires_at=soon)
    assert attempts.start(order).pk == payment.pk
    order.refresh_from_db()
    assert order.hold_expires_at > timezone.now() + timezone.timedelta(minutes=35)


def test_paid_in_full_sells_the_stock_and_writes_the_receipt(sandbox: Sandbox) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = placed_order((size, 2))
    payment = attempts.start(order)
    pay(sandbox, payment)
    payment = settle(payment.reference)
    order.refresh_from_db()
    size.refresh_from_db()
    assert (payment.state, payment.outcome, payment.captured_subunit) == ("captured", "applied", order.total_subunit)
    assert (order.status, order.payment_status) == ("paid", "paid")
    assert (size.on_hand, size.reserved) == (3, 0)
    assert size.movements.get(reason="sold").change == -2
    assert OutgoingMail.objects.filter(about=f"order/{order.number}", kind="order-paid").count() == 1


def test_settling_again_and_again_changes_nothing(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment)
    for _ in range(5):
        settle(payment.reference)
    assert order.events.filter(kind="paid").count() == 1
    assert OutgoingMail.objects.filter(kind="order-paid").count() == 1


def test_not_paid_yet_stays_open(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    assert settle(payment.reference).state == "pending"
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_a_success_after_a_failure_wins(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment, outcome="failed")
    failed = settle(payment.reference)
    assert failed.state == "failed"
    assert failed.failure_reason
    pay(sandbox, payment)
    assert settle(payment.reference).outcome == "applied"


def test_a_failed_attempt_is_followed_by_a_new_one(sandbox: Sandbox) -> None:
    order = placed_order()
    first = attempts.start(order)
    pay(sandbox, first, outcome="failed")
    settle(first.reference)
    assert attempts.start(order).reference != first.reference


@pytest.mark.parametrize("wrong", [{"amount": 5000}, {"amount": 1_000_000_00}, {"currency": "GHS"}])
def test_other_money_than_was_asked_for_is_kept_for_review(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment, **wrong)
    payment = settle(payment.reference)
    order.refresh_from_db()
    assert (payment.state, payment.outcome, payment.in_review) == ("captured", "mismatch", True)
    assert "Asked for" in payment.review_reason
    assert order.status == "pending_payment"


def test_money_of_the_other_mode_is_not_money(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = attempts.start(placed_order())
    pay(sandbox, payment)
    monkeypatch.setattr("payments.paystack.mode", lambda: "live")
    assert settle(payment.reference).outcome == "mismatch"


def test_an_order_paid_twice_keeps_the_second_for_review(sandbox: Sandbox) -> None:
    order = placed_order()
    first = attempts.start(order)
    Payment.objects.filter(pk=first.pk).update(state="failed")
    second = attempts.start(order)
    pay(sandbox, first)
    pay(sandbox, second)
    assert settle(first.reference).outcome == "applied"
    second = settle(second.reference)
    assert (second.outcome, second.in_review) == ("duplicate", True)
    refund = second.refunds.get()
    assert (refund.state, refund.amount_subunit) == ("requested", second.captured_subunit)
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert order.reservations.filter(state="consumed").count() == 1


def test_late_money_buys_what_is_still_there(sandbox: Sandbox) -> None:
    size = VariantSizeFactory(on_hand=2)
    order = placed_order((size, 2))
    payment = attempts.start(order)
    end_the_hold(order)
    assert reconciliation.expire_unpaid_orders() == 1
    size.refresh_from_db()
    assert size.reserved == 0
    pay(sandbox, payment)
    assert settle(payment.reference).outcome == "applied"
    order.refresh_from_db()
    size.refresh_from_db()
    assert (order.status, size.on_hand, size.reserved) == ("paid", 0, 0)


def test_late_money_for_stock_that_is_gone_is_owed_back(sandbox: Sandbox) -> None:
    size = VariantSizeFactory(on_hand=2)
    order = placed_order((size, 2))
    payment = attempts.start(order)
    end_the_hold(order)
    reconciliation.expire_unpaid_orders()
    placed_order((size, 1))
    pay(sandbox, payment)
    payment = settle(payment.reference)
    order.refresh_from_db()
    assert (payment.state, payment.outcome, payment.in_review) == ("captured", "late", True)
    assert (order.status, order.payment_status) == ("expired", "refund_due")
    assert VariantSize.objects.get(pk=size.pk).reserved == 1


def test_before_an_order_expires_paystack_is_asked_once_more(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    pay(sandbox, payment)
    end_the_hold(order)
    assert reconciliation.expire_unpaid_orders() == 0
    order.refresh_from_db()
    assert order.status == "paid"


def test_an_order_that_paystack_says_nothing_about_is_kept(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    sandbox.control("PUT", "faults", {"paystack.verify.fault": "500"})
    end_the_hold(order)
    with pytest.raises(ProviderUnavailable):
        settle(payment.reference)
    assert reconciliation.expire_unpaid_orders() == 0
    order.refresh_from_db()
    assert order.status == "pending_payment"


def test_a_hold_that_is_not_over_is_not_ended(sandbox: Sandbox) -> None:
    order = placed_order()
    assert reconciliation.expire_unpaid_orders() == 0
    assert not lifecycle.expire(order.pk)


def test_paystack_away_keeps_the_order_and_says_so(sandbox: Sandbox) -> None:
    order = placed_order()
    sandbox.control("PUT", "faults", {"paystack.initialize.fault": "500"})
    with pytest.raises(Unavailable, match="is kept and nothing was charged"):
        attempts.start(order)
    assert Payment.objects.get().state == "created"
    sandbox.control("PUT", "faults", {"paystack.initialize.fault": None})
    assert settle(Payment.objects.get().reference).state in {"failed", "pending"}
    assert attempts.start(order).authorization_url


def test_a_lost_answer_leaves_an_attempt_that_still_counts(sandbox: Sandbox, settings: Any) -> None:
    order = placed_order()
    sandbox.control("PUT", "faults", {"paystack.initialize.fault": {"value": "reset_after_work", "times": 1}})
    with pytest.raises(Unavailable):
        attempts.start(order)
    payment = Payment.objects.get()
    pay(sandbox, payment)
    assert settle(payment.reference).outcome == "applied"


def test_a_paystack_that_does_not_let_us_ask_stops_no_customer(sandbox: Sandbox, client: Client, settings: Any) -> None:
    """As with a key that was replaced in the wrong order: the page waits, and cancelling goes on."""
    order = placed_order()
    payment = attempts.start(order)
    settings.PAYSTACK_SECRET_KEY = "sk_test_of_somebody_else"
    with pytest.raises(ProviderUnavailable, match="Invalid key"):
        settle(payment.reference)
    assert client.get(f"/pay/return/?reference={payment.reference}").status_code == 200
    assert cancellation.cancel(order, events.CUSTOMER).status == "cancelled"


def test_payments_can_be_paused(sandbox: Sandbox) -> None:
    Switch.objects.create(name="payments_paused", on=True)
    with pytest.raises(Unavailable, match="paused"):
        attempts.start(placed_order())
    assert not Payment.objects.exists()


def test_cancelled_before_payment_gives_everything_back(sandbox: Sandbox) -> None:
    size = VariantSizeFactory(on_hand=2)
    order = placed_order((size, 2))
    attempts.start(order)
    for _ in range(2):
        order = cancellation.cancel(order, lifecycle.events.CUSTOMER, "changed my mind")
    size.refresh_from_db()
    assert (order.status, size.reserved) == ("cancelled", 0)
    assert order.events.filter(kind="cancelled").count() == 1
    with pytest.raises(Conflict, match="there is nothing to pay"):
        attempts.start(order)


def test_cancelling_finds_the_money_that_came_meanwhile(sandbox: Sandbox) -> None:
    order = placed_order()
    pay(sandbox, attempts.start(order))
    with pytest.raises(lifecycle.NotAllowed, match=r"is paid now\. Cancel it again"):
        cancellation.cancel(order, lifecycle.events.CUSTOMER)
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("reference", ["PR-1-unknown", "", "nul\0"])
def test_an_unknown_reference_is_not_ours(sandbox: Sandbox, reference: str) -> None:
    with pytest.raises(NotFound):
        settle(reference)


def test_another_orders_reference_never_pays_this_one(sandbox: Sandbox) -> None:
    mine, other = placed_order(), placed_order()
    paid = attempts.start(other)
    attempts.start(mine)
    pay(sandbox, paid)
    settle(paid.reference)
    mine.refresh_from_db()
    assert mine.status == "pending_payment"


def test_a_sweep_in_the_middle_of_opening_does_no_harm(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed_order()
    initialize = attempts.paystack.initialize

    def slow(**asked: Any) -> Any:
        assert settle(asked["reference"]).state == "failed"  # Paystack has not heard of it yet
        return initialize(**asked)

    monkeypatch.setattr(attempts.paystack, "initialize", slow)
    payment = attempts.start(order)
    assert (payment.state, bool(payment.authorization_url)) == ("pending", True)

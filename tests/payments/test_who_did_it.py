"""Each event of an order's money names who did it: Paystack, the shop's clock, or the person who saw the money."""

from typing import Any

import pytest
from django.utils import timezone

from devtools.sandbox.process import Sandbox
from orders import checkout, delivery_quotes, events
from orders.delivery import Destination
from orders.models import Order, OrderEvent
from payments import attempts, offline, reconciliation, refund_sending, refunds
from payments.models import Refund
from payments.settlement import settle
from tests.factories import ADA, StaffFactory, VariantSizeFactory, bag_with, paid, placed_order
from tests.payments.conftest import move, paid_through_paystack, pay_at_paystack

pytestmark = pytest.mark.django_db


def said(order: Order, kind: str) -> OrderEvent:
    """The one event of its kind."""
    return order.events.get(kind=kind)


def who(order: Order, kind: str) -> tuple[str, int | None]:
    event = said(order, kind)
    return event.actor_label, event.actor_id


def refunded_so_far(sandbox: Sandbox, **what: Any) -> Refund:
    order = placed_order()
    paid_through_paystack(sandbox, order)
    return refund_sending.go_on(refunds.request(order.pk, reason="Torn", key="1", actor=events.SYSTEM, **what).pk)


def test_paid_by_the_word_of_paystack(sandbox: Sandbox) -> None:
    order = placed_order()
    paid_through_paystack(sandbox, order)
    assert who(order, "paid") == ("Paystack", None)


def test_the_delivery_too(sandbox: Sandbox) -> None:
    order = paid(checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA")))
    payment = attempts.start(order, delivery_quotes.make(order.pk, 4_500_000, events.SYSTEM))
    pay_at_paystack(sandbox, payment)
    settle(payment.reference)
    assert who(order, "delivery-paid") == ("Paystack", None)


def test_paid_by_what_a_clerk_saw(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank"]
    order, clerk = placed_order(), StaffFactory()
    offline.record(order.pk, "bank", "GTB-1", order.total_subunit, events.staff(clerk))
    assert who(order, "paid") == (clerk.email, clerk.pk)


def test_expired_by_the_clock_of_the_shop() -> None:
    order = placed_order()
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timezone.timedelta(seconds=1))
    assert reconciliation.expire_unpaid_orders() == 1
    assert who(order, "expired") == ("the shop", None)


@pytest.mark.parametrize("status", ["failed", "needs-attention"])
def test_a_refund_that_comes_to_a_stop_stands_in_the_timeline_once(slow_refunds: Sandbox, status: str) -> None:
    refund = refunded_so_far(slow_refunds, amount=100_00)
    move(slow_refunds, refund, status)
    for _ in range(2):
        refund_sending.go_on(refund.pk)
    order = refund.payment.order
    assert who(order, f"refund-{status}") == ("Paystack", None)
    assert said(order, f"refund-{status}").data == {"amount": "₦100", "problem": ""}
    assert not order.events.filter(kind="refunded").exists()


def test_a_refusal_stands_there_with_its_reason(slow_refunds: Sandbox) -> None:
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    order = refunded_so_far(slow_refunds).payment.order
    assert "Insufficient balance" in said(order, "refund-failed").data["problem"]


def test_what_paystack_cannot_send_by_itself_says_so(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank"]
    order = placed_order()
    offline.record(order.pk, "bank", "GTB-1", order.total_subunit, events.SYSTEM)
    refund_sending.go_on(refunds.request(order.pk, reason="Torn", key="1", actor=events.SYSTEM).pk)
    assert "by hand" in said(order, "refund-needs-attention").data["problem"]

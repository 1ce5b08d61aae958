"""Staff make a new price for a delivery at the moment at which the old one is paid: one of the two counts, whole."""

import time
from functools import partial
from typing import Any

import pytest

from core import transactions
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import checkout, delivery_quotes, events, lifecycle
from orders.delivery import Destination
from orders.lifecycle import NotAllowed
from orders.models import DeliveryQuote, Order
from payments import attempts, paystack, settlement
from payments.models import Payment, Refund
from tests.concurrency.crowd import at_once
from tests.factories import ADA, VariantSizeFactory, bag_with, paid
from tests.payments.conftest import pay_at_paystack

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

ORDERS = 6
OLD, NEW = 4_500_000, 3_900_000


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking at a price and calling it paid there is time for another one, with and without locks."""
    check = delivery_quotes.check_open

    def check_slowly(quote: DeliveryQuote, order: Order) -> None:
        check(quote, order)
        time.sleep(0.2)

    monkeypatch.setattr(delivery_quotes, "check_open", check_slowly)


def rush(sandbox: Sandbox) -> tuple[list[Payment], list[Any]]:
    """The payments of the old prices, and what became of each of them and of each new price."""
    payments = []
    for _ in range(ORDERS):
        order = paid(checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, Destination("CA")))
        payments.append(attempts.start(order, delivery_quotes.make(order.pk, OLD, events.SYSTEM)))
        pay_at_paystack(sandbox, payments[-1])
    words = [(payment.pk, paystack.verify(payment.reference)) for payment in payments]
    settled: list[Any] = [partial(settlement.record_money, *word) for word in words]
    priced: list[Any] = [partial(delivery_quotes.make, payment.order_id, NEW, events.SYSTEM) for payment in payments]
    return payments, at_once([*settled, *priced])


def is_whole(settled: Any, priced: Any) -> bool:
    """Paid, and no new price any more; or replaced, and the new price is open."""
    outcome = getattr(settled, "outcome", settled)
    if outcome == "applied":
        return isinstance(priced, NotAllowed)
    return bool(outcome == "replaced") and isinstance(priced, DeliveryQuote)


def test_either_the_payment_or_the_new_price_counts(sandbox: Sandbox) -> None:
    payments, results = rush(sandbox)
    assert all(is_whole(*pair) for pair in zip(results[:ORDERS], results[ORDERS:], strict=True)), results
    for payment in payments:
        payment.refresh_from_db()
        in_force = delivery_quotes.in_force(Order.objects.get(pk=payment.order_id))
        assert in_force is not None
        if payment.outcome == "applied":
            assert (in_force.pk, in_force.state) == (payment.quote_id, "paid")
        else:
            assert (in_force.amount_subunit, in_force.state) == (NEW, "open")
            assert Refund.objects.get(payment=payment).amount_subunit == OLD
    applied = sum(payment.outcome == "applied" for payment in payments)
    assert OutgoingMail.objects.filter(kind="delivery-paid").count() == applied
    assert OutgoingMail.objects.filter(kind="delivery-quote").count() == ORDERS + (ORDERS - applied)


@pytest.mark.breaks_invariants
def test_without_the_lock_on_the_order_some_would_be_half_done(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both find the old price open, and one breaks on the other, or on the database's rule."""

    def unlocked(order_id: int) -> Order:
        return Order.objects.get(pk=order_id)

    monkeypatch.setattr(lifecycle, "lock", unlocked)
    monkeypatch.setattr(transactions, "TRIES", 1)
    _, results = rush(sandbox)
    assert not all(is_whole(*pair) for pair in zip(results[:ORDERS], results[ORDERS:], strict=True))

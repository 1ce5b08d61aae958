"""A customer takes another size in the moment in which the money is given back: it is one or the other, never both."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from orders import events
from orders.models import Order
from payments import attempts, late_money, reconciliation, refunds, settlement
from payments.models import Payment, Refund
from tests.concurrency.crowd import behind
from tests.factories import VariantFactory, VariantSizeFactory, placed_order
from tests.payments.conftest import pay_at_paystack

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

Decide = Callable[[Order, Payment], Any]


def by_its_customer(order: Order, payment: Payment) -> Any:
    return late_money.decline(order.pk, events.CUSTOMER)


def by_the_timetable(order: Order, payment: Payment) -> Any:
    return late_money.give_back_unanswered()


def by_staff(order: Order, payment: Payment) -> Any:
    return refunds.give_back_reviewed(payment.pk, reason="Too late.", actor=events.SYSTEM)


@pytest.fixture
def late(sandbox: Sandbox) -> tuple[Order, Payment, dict[int, str]]:
    """Money for pieces that are gone, about which nobody has decided in time; and the other size to take."""
    variant = VariantFactory()
    gone, other = (VariantSizeFactory(variant=variant, size__name=name, on_hand=2) for name in ("M", "S"))
    order = placed_order((gone, 2))
    payment = attempts.start(order)
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timezone.timedelta(seconds=1))
    reconciliation.expire_unpaid_orders()
    placed_order((gone, 1))
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    long_ago = timezone.now() - timezone.timedelta(days=30)
    Payment.objects.filter(pk=payment.pk).update(review_opened_at=long_ago)
    return order, payment, {order.lines.get().pk: other.sku}


@pytest.mark.parametrize("give_back", [by_its_customer, by_the_timetable, by_staff])
def test_what_was_taken_meanwhile_is_not_given_back(
    late: tuple[Order, Payment, dict[int, str]], give_back: Decide
) -> None:
    order, payment, chosen = late
    with transaction.atomic():
        late_money.accept(order.pk, chosen, events.CUSTOMER)
        told = behind(lambda: give_back(order, payment))
    assert isinstance(told(), Conflict) or told() == 0
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("paid", "paid")
    assert not Refund.objects.exists()


@pytest.mark.breaks_invariants
def test_a_look_before_the_lock_alone_would_do_both(late: tuple[Order, Payment, dict[int, str]]) -> None:
    """The negative control: whoever found it undecided gives it back, though it pays for the order by now."""
    order, payment, chosen = late
    with transaction.atomic():
        late_money.accept(order.pk, chosen, events.CUSTOMER)
        told = behind(lambda: late_money._give_back(payment, order, events.SYSTEM))
    assert told() is None
    assert Refund.objects.get().payment == payment
    assert Payment.objects.get(pk=payment.pk).outcome == "applied"

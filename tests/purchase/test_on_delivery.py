"""Orders that are paid at the door: offered where they may be, packed and sent unpaid, paid or brought back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import VariantSize
from core.errors import ShopError
from core.models import AuditRow
from devtools.sandbox.process import Sandbox
from orders import bag, documents, events, lifecycle, not_arrived, progress
from orders.models import Order, Zone
from payments import attempts, cancellation, offline, reconciliation, refunds, settlement
from payments.models import Payment, Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import owner as owner
from tests.factories import (
    DiscountFactory,
    VariantSizeFactory,
    lagos,
    letter,
    paid,
    placed_order,
)
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db
STAFF = events.Actor("fulfilment@prechi.test")


@pytest.fixture(autouse=True)
def _offered(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    settings.STAFF_EMAILS = ["owner@prechi.test"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5)


@pytest.fixture
def order(size: VariantSize) -> Order:
    return placed_order((size, 2), pay_on_delivery=True)


def counts(size: VariantSize) -> tuple[int, int]:
    size.refresh_from_db()
    return size.on_hand, size.reserved


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def sent(order: Order) -> Order:
    lifecycle.pack(order.pk, STAFF)
    return lifecycle.ship(order.pk, STAFF, "GIG", "GIG-1")


def at_the_door(order: Order) -> Payment:
    return offline.record(order.pk, "cash", f"Slip {order.number}", order.total_subunit, STAFF)


def test_it_goes_out_unpaid_is_paid_at_the_door_and_delivered(order: Order, size: VariantSize) -> None:
    assert counts(size) == (5, 2)
    received = letter("order-received").text.replace("\n", " ")
    assert "You pay ₦21,000 when it is handed to you" in received
    assert "working days" in received
    assert "after payment" not in received
    assert letter("staff-order-on-delivery").subject == f"Order {order.number} to pack: ₦21,000 at the door"
    lifecycle.pack(order.pk, STAFF)
    assert (now(order).status, now(order).paid_at, counts(size)) == ("packed", None, (5, 2))
    lifecycle.ship(order.pk, STAFF, "GIG")
    assert (now(order).status, counts(size)) == ("shipped", (3, 0))
    assert "have ₦21,000 ready in cash" in letter("order-shipped").text
    with pytest.raises(lifecycle.NotAllowed, match="Record its payment first"):
        lifecycle.deliver(order.pk, STAFF)
    for _ in range(2):
        assert at_the_door(order).outcome == "applied"
    assert (now(order).status, now(order).payment_status, counts(size)) == ("shipped", "paid", (3, 0))
    assert "We received ₦21,000" in letter("order-paid").text
    lifecycle.deliver(order.pk, STAFF)
    assert [name for name, _ in progress.steps(now(order))] == ["Placed", "Packed", "Shipped", "Paid", "Delivered"]
    assert all(time for _, time in progress.steps(now(order)))


def test_what_nobody_took_comes_back_and_ends_the_order(order: Order, size: VariantSize) -> None:
    sent(order)
    for _ in range(2):
        not_arrived.not_accepted(order.pk, STAFF, "Nobody at home")
    assert (now(order).status, now(order).payment_status, counts(size)) == ("cancelled", "unpaid", (5, 0))
    assert "The reason: Nobody at home." in letter("order-not-accepted").text
    with pytest.raises(ShopError):
        at_the_door(order)


def test_what_nobody_took_used_no_code_up(size: VariantSize) -> None:
    DiscountFactory(limit_total=1)
    sent(first := placed_order((size, 1), code="TENTH", pay_on_delivery=True))
    with pytest.raises(ShopError, match="used up"):
        placed_order((size, 1), code="TENTH")
    not_arrived.not_accepted(first.pk, STAFF, "Nobody at home")
    assert placed_order((size, 1), code="TENTH").discount_subunit > 0


def test_what_came_back_damaged_is_not_put_on_sale(order: Order, size: VariantSize) -> None:
    sent(order)
    not_arrived.not_accepted(order.pk, STAFF, "Torn open", restock=False)
    assert counts(size) == (3, 0)


def test_only_what_is_owed_comes_back_this_way(order: Order) -> None:
    with pytest.raises(lifecycle.NotAllowed):
        not_arrived.not_accepted(order.pk, STAFF, "Too early")
    sent(order)
    at_the_door(order)
    with pytest.raises(lifecycle.NotAllowed, match="is a return"):
        not_arrived.not_accepted(order.pk, STAFF, "Too late")


def test_its_hold_does_not_end(order: Order, size: VariantSize, settings: Any) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    Order.objects.filter(pk=order.pk).update(hold_expires_at=long_ago)
    assert (reconciliation.expire_unpaid_orders(), lifecycle.expire(order.pk)) == (0, False)
    assert (now(order).status, counts(size)) == ("pending_payment", (5, 2))
    settings.STUCK_AFTER_DAYS = -1  # its moment of placing never changes
    assert order in progress.stuck(Order.objects.all())


def test_its_customer_cancels_until_it_is_packed_and_staff_until_it_is_sent(order: Order, size: VariantSize) -> None:
    lifecycle.pack(order.pk, STAFF)
    with pytest.raises(lifecycle.NotAllowed):
        cancellation.cancel(now(order), events.CUSTOMER)
    cancellation.cancel(now(order), STAFF, "No answer by phone", by_staff=True)
    assert (now(order).status, counts(size)) == ("cancelled", (5, 0))
    assert "It was not paid" in letter("order-cancelled").text
    other = placed_order((size, 1), pay_on_delivery=True)
    cancellation.cancel(other, events.CUSTOMER)
    assert (now(other).status, counts(size)) == ("cancelled", (5, 0))


def test_it_can_be_paid_online_before_it_is_packed(order: Order, size: VariantSize, sandbox: Sandbox) -> None:
    payment = attempts.start(order)
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "applied"
    assert (now(order).status, counts(size)) == ("paid", (3, 0))
    lifecycle.pack(order.pk, STAFF)
    assert counts(size) == (3, 0)


@pytest.mark.parametrize("step", ["packed", "shipped"])
def test_money_from_an_open_page_counts_when_it_is_on_its_way(
    order: Order, size: VariantSize, sandbox: Sandbox, step: str
) -> None:
    payment = attempts.start(order)
    lifecycle.pack(order.pk, STAFF)
    if step == "shipped":
        lifecycle.ship(order.pk, STAFF, "GIG")
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "applied"
    assert (now(order).status, now(order).payment_status, counts(size)) == (step, "paid", (3, 0))
    with pytest.raises(ShopError, match="There is nothing to record"):
        at_the_door(order)


def test_paid_at_the_door_and_online_goes_back_once(order: Order, sandbox: Sandbox) -> None:
    payment = attempts.start(order)
    sent(order)
    at_the_door(order)
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "duplicate"
    assert Refund.objects.get().payment == payment


def test_money_for_what_came_back_goes_back(order: Order, size: VariantSize, sandbox: Sandbox) -> None:
    payment = attempts.start(order)
    sent(order)
    not_arrived.not_accepted(order.pk, STAFF, "Nobody at home")
    pay_at_paystack(sandbox, payment)
    settlement.settle(payment.reference)
    assert (now(order).status, Refund.objects.get().payment, counts(size)) == ("cancelled", payment, (5, 0))


def test_what_was_paid_at_the_door_can_be_refunded_and_cancelled_like_any(order: Order, size: VariantSize) -> None:
    lifecycle.pack(order.pk, STAFF)
    at_the_door(order)
    assert counts(size) == (3, 0)
    cancellation.cancel(now(order), STAFF, "Lost", by_staff=True)
    assert (now(order).status, Refund.objects.get().amount_subunit, counts(size)) == (
        "cancelled",
        order.total_subunit,
        (5, 0),
    )


def test_it_goes_in_one_parcel(order: Order, size: VariantSize) -> None:
    lifecycle.pack(order.pk, STAFF)
    line = order.lines.get()
    with pytest.raises(lifecycle.NotAllowed, match="one parcel"):
        lifecycle.ship(order.pk, STAFF, "GIG", pieces={line.pk: 1})
    assert (now(order).shipments.count(), counts(size)) == (0, (5, 2))


def test_no_other_order_is_packed_unpaid(size: VariantSize) -> None:
    other = placed_order((size, 1))
    with pytest.raises(lifecycle.NotAllowed, match="Only a paid order"):
        lifecycle.pack(other.pk, STAFF)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=other.pk).update(status="packed")


def test_staff_see_it_to_pack_and_then_to_collect(desk: Client, order: Order) -> None:
    orders = reverse("admin:orders_order_changelist")
    assert order.number in desk.get(orders, {"view": "to_pack"}).text
    assert order.number not in desk.get(orders, {"view": "unpaid"}).text
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert "Mark as packed" in desk.get(page).text
    assert "To take at the door: ₦21,000" in desk.get(reverse("admin:orders_order_slips"), {"order": order.pk}).text
    sent(order)
    text = desk.get(page).text
    assert "Came back unpaid" in text
    assert "Mark as delivered" not in text
    assert order.number in desk.get(orders, {"view": "to_collect"}).text
    given = {"_form_submitted": "on", "reason": "Nobody at home", "restock": "on"}
    desk.post(reverse("admin:orders_order_not_accepted", args=[order.pk]), given)
    assert now(order).status == "cancelled"


def test_the_slip_of_a_paid_order_takes_nothing(size: VariantSize) -> None:
    assert documents.slip(paid(placed_order((size, 1)))).collect is None


def test_the_invoice_says_what_is_to_be_paid_there(order: Order) -> None:
    assert documents.invoice(order).notes[0] == "To be paid in cash, at the door: ₦21,000."
    sent(order)
    assert "at the door" in documents.invoice(now(order)).notes[0]
    at_the_door(order)
    assert not any("at the door" in note for note in documents.invoice(now(order)).notes)


def test_a_first_order_counts_while_it_is_on_its_way(size: VariantSize) -> None:
    DiscountFactory(code="", first_order_only=True)
    first = placed_order((size, 1), pay_on_delivery=True)
    assert first.discount_subunit > 0
    sent(first)
    assert placed_order((size, 1)).discount_subunit == 0


def test_a_zone_that_takes_part_has_its_audit_row(desk: Client) -> None:
    row = AuditRow.objects.filter(source="orders_zone").latest("id")
    assert (row.before["pay_on_delivery"], row.after["pay_on_delivery"]) == (False, True)


def test_unpaid_at_the_door_can_not_be_refunded(order: Order) -> None:
    sent(order)
    with pytest.raises(ShopError, match="nothing to give back"):
        refunds.request(order.pk, reason="Wish", key="k", actor=STAFF)


def test_its_pieces_count_while_they_are_kept(order: Order, size: VariantSize) -> None:
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(days=3))
    with pytest.raises(ShopError, match="Only 3 of"):
        bag.add(bag.open_bag(), size.sku, 4)

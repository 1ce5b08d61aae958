"""A paid order that is cancelled: its pieces are on sale once, its money goes back once, and everybody is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import bag, checkout, events, lifecycle
from orders.models import Order
from payments import attempts, cancellation, refund_sending, refunds, settlement
from payments.models import Payment, Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    lagos,
    placed_order,
)
from tests.payments.conftest import move, paid_through_paystack, pay_at_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]


def kinds(order: Order) -> set[str]:
    return set(OutgoingMail.objects.filter(about__startswith=f"order/{order.number}").values_list("kind", flat=True))


def test_a_customer_cancels_on_the_page_of_the_order(client: Client, slow_refunds: Sandbox, bought: Buy) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = bought(2, size)
    page = client.get(f"/orders/{order.token}/").text
    assert "Cancel and give my money back" in page
    client.post(f"/orders/{order.token}/cancel/")
    order.refresh_from_db()
    size.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "refund_due")
    assert (size.on_hand, size.reserved) == (5, 0)
    assert Refund.objects.get().amount_subunit == order.total_subunit
    assert {"order-cancelled-paid", "refund-started"} <= kinds(order)
    page = client.get(f"/orders/{order.token}/").text
    assert "Its money goes back the way you paid" in page
    assert "On its way back" in page

    refund = refund_sending.go_on(Refund.objects.get().pk)
    move(slow_refunds, refund, "processed")
    refund_sending.go_on(refund.pk)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "refunded")
    assert "refund-done" in kinds(order)
    assert "Sent back" in client.get(f"/orders/{order.token}/").text


def test_cancelled_often_everything_happens_once(bought: Buy) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = bought(2, size)
    for _ in range(3):
        cancellation.cancel(order, events.CUSTOMER)
    size.refresh_from_db()
    assert size.on_hand == 5
    assert Refund.objects.count() == 1
    assert order.events.filter(kind="cancelled-paid").count() == 1


def test_once_packed_only_staff_cancel(desk: Client, client: Client, bought: Buy, owner: Any) -> None:
    order = bought()
    lifecycle.pack(order.pk, events.SYSTEM)
    assert "Cancel" not in client.get(f"/orders/{order.token}/").text
    client.post(f"/orders/{order.token}/cancel/")
    order.refresh_from_db()
    assert order.status == "packed"
    address = reverse("admin:orders_order_cancel", args=[order.pk])
    answer = desk.post(address, {"_form_submitted": "on", "reason": "Asked on WhatsApp", "restock": "on"}, follow=True)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert f"{order.number} is cancelled" in messages_of(answer)
    event = order.events.get(kind="cancelled-paid")
    assert (event.actor, event.data) == (owner, {"reason": "Asked on WhatsApp"})
    assert Refund.objects.get().reason == "Asked on WhatsApp"


def test_without_restock_the_pieces_stay_off_the_shelf(desk: Client, bought: Buy) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = bought(2, size)
    address = reverse("admin:orders_order_cancel", args=[order.pk])
    desk.post(address, {"_form_submitted": "on", "reason": "Soaked in the store"})
    size.refresh_from_db()
    assert size.on_hand == 3
    assert Order.objects.get(pk=order.pk).status == "cancelled"


def test_what_was_shipped_is_not_cancelled(bought: Buy) -> None:
    order = bought()
    lifecycle.pack(order.pk, events.SYSTEM)
    order = lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    with pytest.raises(lifecycle.NotAllowed):
        cancellation.cancel(order, events.SYSTEM, by_staff=True)
    assert not Refund.objects.exists()


def test_pieces_that_a_refund_put_back_do_not_come_back_twice(slow_refunds: Sandbox, bought: Buy) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = bought(3, size)
    part = refunds.request(
        order.pk, lines={order.lines.get().pk: 1}, restock=True, reason="x", key="1", actor=events.SYSTEM
    )
    with pytest.raises(Conflict, match="under way"), transaction.atomic():
        cancellation.cancel(order, events.CUSTOMER)
    assert Order.objects.get(pk=order.pk).status == "paid"
    part = refund_sending.go_on(part.pk)
    move(slow_refunds, part, "processed")
    refund_sending.go_on(part.pk)
    cancellation.cancel(order, events.CUSTOMER)
    size.refresh_from_db()
    assert size.on_hand == 5
    assert sum(refund.amount_subunit for refund in Refund.objects.all()) == order.total_subunit


def test_the_pieces_of_a_bundle_come_back_each(sandbox: Sandbox) -> None:
    size = VariantSizeFactory(on_hand=5)
    other = VariantSizeFactory(on_hand=5)
    bundle = BundleFactory(eligible=[size.variant.product, other.variant.product])
    chosen = bag_with((size, 1))
    bag.add_bundle(chosen, bundle.slug, [size.sku, size.sku, other.sku])
    lagos()
    order = checkout.place_order(chosen, ADA, LAGOS_ISLAND)
    paid_through_paystack(sandbox, order)
    cancellation.cancel(order, events.CUSTOMER)
    size.refresh_from_db()
    other.refresh_from_db()
    assert (size.on_hand, other.on_hand) == (5, 5)


def test_money_for_an_order_that_was_cancelled_after_it_was_paid_goes_back(sandbox: Sandbox) -> None:
    """It is never paid again: its pieces may be somebody else's by now."""
    order = placed_order()
    first = attempts.start(order)
    Payment.objects.filter(pk=first.pk).update(state="failed")
    second = attempts.start(order)
    pay_at_paystack(sandbox, first)
    settlement.settle(first.reference)
    order.refresh_from_db()
    cancellation.cancel(order, events.CUSTOMER)
    pay_at_paystack(sandbox, second)
    second = settlement.settle(second.reference)
    order.refresh_from_db()
    assert (second.outcome, order.status) == ("duplicate", "cancelled")
    page = Client().get(f"/pay/return/?reference={second.reference}").text
    assert "This order has ended" in page
    assert "on its way" not in page
    assert second.refunds.get().reason == f"Order {order.number} has ended."
    assert {refund.payment.reference for refund in Refund.objects.all()} == {first.reference, second.reference}


def test_late_money_revives_an_order_that_may_be_cancelled_again(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = attempts.start(order)
    cancellation.cancel(order, events.CUSTOMER)
    pay_at_paystack(sandbox, payment)
    assert settlement.settle(payment.reference).outcome == "applied"
    order.refresh_from_db()
    assert order.status == "paid"
    cancellation.cancel(order, events.CUSTOMER)
    assert {"order-cancelled", "order-paid", "order-cancelled-paid"} <= kinds(order)


def test_the_api_cancels_and_tells_of_the_money(bought: Buy) -> None:
    order = bought()
    client = Client()
    answer = client.post(f"/api/v1/orders/{order.token}/cancel/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["payment_status"] == "refund_due"
    (refund,) = client.get(f"/api/v1/orders/{order.token}/refunds/").json()
    assert (refund["amount"]["amount"], refund["state"]) == (order.total_subunit, "started")
    assert client.get("/api/v1/orders/unknown/refunds/").status_code == 404


def test_its_code_may_be_used_again_and_what_was_paid_goes_back(sandbox: Sandbox) -> None:
    code = DiscountFactory(limit_total=1)
    lagos()
    order = checkout.place_order(bag_with((VariantSizeFactory(), 2)), ADA, LAGOS_ISLAND, code=code.code)
    assert order.discount_subunit > 0
    paid_through_paystack(sandbox, order)
    cancellation.cancel(order, events.CUSTOMER)
    assert Refund.objects.get().amount_subunit == order.total_subunit
    again = checkout.place_order(bag_with((VariantSizeFactory(), 2)), ADA, LAGOS_ISLAND, code=code.code)
    assert again.discount_subunit > 0

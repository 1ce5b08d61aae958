"""Money that came by the shop's bank or in cash: staff record it with its reference, it pays as any other, and goes
back by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import privacy
from catalog.stock import OutOfStock
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import checkout, delivery_quotes, events, lifecycle, not_arrived
from orders.delivery import Destination
from orders.models import Order, Zone
from payments import attempts, audit, comparison, offline, periodic, refunds, settlement
from payments.models import Payment, Receipt, Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import desk_of as desk_of
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    lagos,
    paid,
    placed_order,
)
from tests.payments.conftest import pay_at_paystack

pytestmark = pytest.mark.django_db
ACCOUNT = "Prechi Clothing, GTBank 0123456789"


@pytest.fixture(autouse=True)
def methods_on(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["bank", "cash"]
    settings.BANK_ACCOUNT = ACCOUNT


def record(order: Order, reference: str = "GTB-1", **other: Any) -> Payment:
    said = {"method": "bank", "reference": reference, "amount": order.total_subunit, "actor": events.SYSTEM} | other
    payment = offline.record(order.pk, **said)
    order.refresh_from_db()
    return payment


def send(desk: Client, order: Order, **fields: Any) -> Any:
    given = {"_form_submitted": "on", "method": "bank", "reference": "GTB-1", "amount": str(order.total_subunit // 100)}
    return desk.post(reverse("admin:orders_order_record_payment", args=[order.pk]), given | fields, follow=True)


def test_the_customer_reads_where_the_money_goes(client: Client, settings: Any) -> None:
    order = placed_order()
    page = client.get(order.get_absolute_url()).text
    assert ACCOUNT in page
    assert client.get(f"/api/v1/orders/{order.token}/").json()["bank_account"] == ACCOUNT
    settings.OFFLINE_METHODS = ["cash"]
    assert ACCOUNT not in client.get(order.get_absolute_url()).text
    assert client.get(f"/api/v1/orders/{order.token}/").json()["bank_account"] == ""


def test_staff_record_it_and_the_order_is_paid(desk: Client, owner: Any, client: Client) -> None:
    order = placed_order()
    change = reverse("admin:orders_order_change", args=[order.pk])
    assert "Record a payment" in desk.get(change).text
    assert f"waits for {order.total}" in desk.get(reverse("admin:orders_order_record_payment", args=[order.pk])).text
    assert "are recorded" in messages_of(send(desk, order))
    order.refresh_from_db()
    receipt = Receipt.objects.get()
    assert (order.status, order.payment_status, receipt.recorded_by) == ("paid", "paid", owner.email)
    assert (receipt.payment.channel, receipt.payment.outcome) == ("bank", "applied")
    assert order.events.get(kind="paid-offline").actor == owner
    assert OutgoingMail.objects.filter(kind="order-paid", recipient=order.email).count() == 1
    assert "Record a payment" not in desk.get(change).text
    assert ACCOUNT not in client.get(order.get_absolute_url()).text


def test_recorded_twice_it_is_one(desk: Client) -> None:
    order = placed_order()
    for _ in range(2):
        send(desk, order)
    assert Payment.objects.count() == 1


def test_a_reference_pays_one_order() -> None:
    first, second = placed_order(), placed_order()
    record(first)
    with pytest.raises(Conflict, match=f"paid order {first.number}"):
        record(second, " GTB-1 ")
    assert record(second, method="cash").outcome == "applied"


@pytest.mark.parametrize("difference", [-1, 1])
def test_another_amount_is_not_recorded(difference: int) -> None:
    order = placed_order()
    with pytest.raises(ShopError, match="exactly that") as refusal:
        record(order, amount=order.total_subunit + difference)
    order.refresh_from_db()
    assert (refusal.value.field, order.status, Payment.objects.count()) == ("amount", "pending_payment", 0)


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"reference": " "}, "reference"), ({"reference": "x" * 81}, "reference"), ({"reference": "a\0b"}, "reference"),
     ({"method": "shells"}, "method")],
)  # fmt: skip
def test_what_says_nothing_is_refused(odd: dict[str, Any], field: str) -> None:
    with pytest.raises(ShopError) as refusal:
        record(placed_order(), **odd)
    assert refusal.value.field == field


def test_a_method_that_is_off_is_refused_and_not_offered(desk: Client, settings: Any) -> None:
    order = placed_order()
    settings.OFFLINE_METHODS = []
    assert "Record a payment" not in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    with pytest.raises(ShopError, match="does not take money this way"):
        record(order)


def test_who_may_not_record_does_not(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    assert send(desk_of("orders.view_order", "orders.change_order"), order).status_code == 403
    assert not Payment.objects.exists()


def test_an_order_that_is_paid_is_not_paid_again() -> None:
    with pytest.raises(Conflict, match="nothing to record"):
        record(paid(placed_order()))


def test_nothing_pays_an_order_that_came_back_unpaid_or_whose_person_is_gone(desk: Client, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["cash", "on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = placed_order(pay_on_delivery=True)
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    change = reverse("admin:orders_order_change", args=[order.pk])
    assert "Record a payment" in desk.get(change).text
    not_arrived.not_accepted(order.pk, events.SYSTEM, "Nobody at home")
    with pytest.raises(Conflict, match="came back unpaid and has ended"):
        record(order, method="cash")
    assert "Record a payment" not in desk.get(change).text
    other = placed_order()
    lifecycle.cancel(other.pk, events.SYSTEM)
    assert offline.due(Order.objects.get(pk=other.pk))[0] == other.total
    privacy.erase_guest(other.email)
    with pytest.raises(Conflict, match="nobody any more"):
        offline.due(Order.objects.get(pk=other.pk))


def test_what_paystack_takes_as_well_goes_back(sandbox: Sandbox) -> None:
    order = placed_order()
    second = attempts.start(order)
    record(order)
    pay_at_paystack(sandbox, second)
    assert settlement.settle(second.reference).outcome == "duplicate"
    assert Refund.objects.get().payment == second


def test_after_the_hold_it_takes_the_pieces_again_or_nothing() -> None:
    size = VariantSizeFactory(on_hand=1)
    order = placed_order((size, 1))
    expire(order)
    other = placed_order((size, 1))
    with pytest.raises(OutOfStock):
        record(order)
    assert not Payment.objects.exists()
    lifecycle.cancel(other.pk, events.SYSTEM)
    record(order)
    assert order.status == "paid"


def test_the_price_of_a_delivery_is_recorded_too() -> None:
    order = paid(checkout.place_order(bag_with((VariantSizeFactory(), 1)), ADA, Destination("CA")))
    quote = delivery_quotes.make(order.pk, 4_500_000, events.SYSTEM)
    payment = record(order, amount=4_500_000)
    assert (payment.quote, payment.purpose, order.quote_status) == (quote, "delivery", "paid")


def test_it_goes_back_by_hand_and_who_sent_it_is_recorded(desk: Client, owner: Any, nudges: list[Any]) -> None:
    order = placed_order()
    record(order)
    refund = refunds.request(order.pk, reason="Torn", key="k", actor=events.SYSTEM)
    periodic.sweep_refunds()  # whatever became of the nudge
    refund.refresh_from_db()
    assert refund.state == "needs-attention"
    address = reverse("admin:payments_refund_by_hand", args=[refund.pk])
    desk.post(address, {"_form_submitted": "on", "note": "GTB-77"}, follow=True)
    refund.refresh_from_db()
    order.refresh_from_db()
    assert (refund.state, order.payment_status) == ("by-hand", "refunded")
    for kind in ("refund-started", "refund-done"):
        letter = outbox.compose(OutgoingMail.objects.get(kind=kind))
        assert not any(word in letter.text + letter.html for word in ("Paystack", "the way you paid", "working days"))
    assert order.events.get(kind="refunded").actor == owner


def test_paystack_is_not_asked_about_it(sandbox: Sandbox) -> None:
    order = placed_order()
    payment = record(order)
    Payment.objects.update(paid_at=timezone.now() - timedelta(hours=1))
    assert settlement.settle(payment.reference).outcome == "applied"
    assert comparison.compare() == 0


def test_a_reference_is_once_in_the_database() -> None:
    payment = record(placed_order())
    other = paid(placed_order()).payments.get()
    with pytest.raises(IntegrityError, match="receipt_reference_once"), transaction.atomic():
        Receipt.objects.create(payment=other, method="bank", reference=payment.receipt.reference, recorded_by="x")


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_receipt_of_other_money() -> None:
    payment = paid(placed_order()).payments.get()
    Receipt.objects.create(payment=payment, method="cash", reference="x", recorded_by="x")
    assert "a receipt is of money that staff saw" in " ".join(str(found) for found in audit.violations())


def expire(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    assert lifecycle.expire(order.pk)


@pytest.fixture
def in_dollars(settings: Any) -> Order:
    """$5.67 of pieces and $2.67 of delivery."""
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1500")
    lagos()
    return checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, LAGOS_ISLAND, currency="USD")


def test_an_order_in_dollars_is_never_sent_to_the_account_for_naira(client: Client, in_dollars: Order) -> None:
    assert ACCOUNT not in client.get(in_dollars.get_absolute_url()).text
    assert client.get(f"/api/v1/orders/{in_dollars.token}/").json()["bank_account"] == ""


@pytest.mark.parametrize("amount", ["₦8.34", "834", "12,500", "₦12,510"])
def test_naira_do_not_pay_an_order_in_dollars(desk: Client, in_dollars: Order, amount: str) -> None:
    send(desk, in_dollars, amount=amount)
    in_dollars.refresh_from_db()
    assert in_dollars.payment_status == "unpaid"
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("amount", ["8.34", "$8.34"])
def test_dollars_in_cash_pay_it_and_go_back_as_dollars(desk: Client, in_dollars: Order, amount: str) -> None:
    page = desk.get(reverse("admin:orders_order_record_payment", args=[in_dollars.pk])).text
    assert "Amount that came (USD)" in page
    assert "The order waits for $8.34." in page
    assert "$8.34 of order" in messages_of(send(desk, in_dollars, method="cash", amount=amount))
    in_dollars.refresh_from_db()
    payment = Payment.objects.get()
    assert in_dollars.payment_status == "paid"
    assert (payment.captured_subunit, payment.captured_currency) == (834, "USD")
    refund = refunds.request(in_dollars.pk, amount=834, reason="Nobody was there", key="back", actor=events.SYSTEM)
    assert (refund.amount.display, Refund.objects.get().amount.currency) == ("$8.34", "USD")
    assert not audit.violations()

"""What staff see and do when money goes back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import refund_sending, refunds
from payments.models import Payment, Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import desk_of as desk_of
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import placed_order
from tests.payments.conftest import at_paystack, hear, move, paid_through_paystack

pytestmark = pytest.mark.django_db
Buy = Callable[..., Order]
KEY = "0" * 32


def send(desk: Client, order: Order, **fields: Any) -> Any:
    given = {"_form_submitted": "on", "key": KEY, "reason": "One was torn", "number": order.number} | fields
    return desk.post(reverse("admin:orders_order_refund", args=[order.pk]), given, follow=True)


def do(desk: Client, action: str, pk: int, **fields: Any) -> Any:
    return desk.post(reverse(f"admin:{action}", args=[pk]), {"_form_submitted": "on", **fields}, follow=True)


def test_the_dialog_shows_what_can_still_go_back(desk: Client, bought: Buy) -> None:
    order = bought(3)
    line = order.lines.get()
    page = desk.get(reverse("admin:orders_order_refund", args=[order.pk])).content.decode()
    assert f"Of 3, {line.unit_price} each" in page
    assert f"Delivery, ₦{order.delivery_subunit // 100:,}" in page
    assert f"Up to {order.total}" in page
    assert f"type {order.number}" in page
    assert not Refund.objects.exists()


def test_pieces_and_delivery_go_back(desk: Client, bought: Buy, owner: Any) -> None:
    order = bought(3)
    line = order.lines.get()
    answer = send(desk, order, **{f"pieces_{line.pk}": "2", "delivery": "on"})
    refund = Refund.objects.get()
    assert refund.amount_subunit == 2 * line.unit_price_subunit + order.delivery_subunit
    assert refund.requested_by == owner.email
    assert f"{refund.amount} of order {order.number} goes back" in messages_of(answer)
    assert order.events.get(kind="refund-requested").actor == owner


def test_the_reason_is_a_sentence_for_the_customer(client: Client, bought: Buy) -> None:
    order = bought()
    refunds.request(order.pk, amount=5_000, reason="A gift for the wait", key="1", actor=events.SYSTEM)
    told = outbox.compose(OutgoingMail.objects.get(kind="refund-started")).text
    assert "The reason: A gift for the wait.\n" in told
    assert "A gift for the wait.<" in client.get(order.get_absolute_url()).text


def test_sent_twice_it_is_one_refund(desk: Client, bought: Buy) -> None:
    order = bought()
    for _ in range(2):
        send(desk, order, amount="100")
    assert Refund.objects.get().amount_subunit == 100_00


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Choose pieces, delivery or an amount."),
        ({"amount": "100", "number": "PR-1"}, "Are you on the right order?"),
        ({"amount": "1e5"}, "is not an amount"),
        ({"amount": "-5"}, "is not an amount"),
        ({"amount": "100", "reason": ""}, "This field is required"),
    ],
)
def test_a_slip_is_told_in_the_dialog(desk: Client, bought: Buy, fields: dict[str, str], told: str) -> None:
    answer = send(desk, bought(), **fields)
    assert told in answer.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.parametrize("pieces", ["4", "-1", "1.5", "1000000000", "x"])
def test_odd_quantities_are_refused(desk: Client, bought: Buy, pieces: str) -> None:
    order = bought(3)
    assert send(desk, order, **{f"pieces_{order.lines.get().pk}": pieces}).status_code == 200
    assert not Refund.objects.exists()


def test_more_than_was_paid_is_told(desk: Client, bought: Buy) -> None:
    assert "can still be given back" in messages_of(send(desk, bought(), amount="9,999,999"))
    assert not Refund.objects.exists()


def test_only_with_the_right_to_refund(desk_of: Callable[..., Client], bought: Buy) -> None:
    order = bought()
    packer = desk_of("orders.view_order", "orders.change_order")
    page = packer.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert f"/{order.pk}/refund/" not in page
    assert send(packer, order, amount="100").status_code == 403
    assert not Refund.objects.exists()
    send(desk_of("orders.view_order", "payments.add_refund"), order, amount="100")
    assert Refund.objects.count() == 1


def test_an_unpaid_order_offers_no_refund(desk: Client) -> None:
    order = placed_order()
    page = desk.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert f"/{order.pk}/refund/" not in page


def test_an_order_of_which_all_went_back_offers_no_refund(desk: Client, bought: Buy) -> None:
    part, whole = bought(), bought()
    refunds.request(part.pk, amount=part.total_subunit - 100, reason="Torn", key="1", actor=events.SYSTEM)
    refunds.request(whole.pk, reason="Torn", key="2", actor=events.SYSTEM)
    for order, is_offered in ((part, True), (whole, False)):
        page = desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
        assert (f"/{order.pk}/refund/" in page) is is_offered


def test_a_failed_refund_is_tried_again(desk: Client, slow_refunds: Sandbox, bought: Buy) -> None:
    order = bought()
    refund = refunds.request(order.pk, reason="Torn", key="1", actor=events.SYSTEM)
    refund = refund_sending.go_on(refund.pk)
    move(slow_refunds, refund, "failed")
    answer = do(desk, "payments_refund_ask_paystack", refund.pk)
    assert "Failed" in messages_of(answer)
    assert "Waiting for you" in desk.get(reverse("admin:payments_refund_changelist")).content.decode()
    do(desk, "payments_refund_try_again", refund.pk)
    assert Refund.objects.filter(state="requested").count() == 1
    assert not refund_sending.waiting(Refund.objects.all()).exists()


def test_what_paystack_cannot_return_is_noted_as_given_by_hand(
    desk: Client, slow_refunds: Sandbox, bought: Buy, owner: Any
) -> None:
    order = bought()
    refund = refund_sending.go_on(refunds.request(order.pk, reason="Torn", key="1", actor=events.SYSTEM).pk)
    move(slow_refunds, refund, "needs-attention")
    refund_sending.go_on(refund.pk)
    do(desk, "payments_refund_by_hand", refund.pk, note="GTB 77")
    order.refresh_from_db()
    assert order.payment_status == "refunded"
    assert order.events.get(kind="refunded").actor == owner


def test_money_in_review_goes_back_in_one_step(desk: Client, slow_refunds: Sandbox) -> None:
    payment = paid_through_paystack(slow_refunds, placed_order(), amount=5_000)
    assert payment.in_review
    do(desk, "payments_payment_give_back", payment.pk, reason="It was less than the order costs.")
    refund = refund_sending.go_on(Refund.objects.get().pk)
    assert [row["amount"] for row in at_paystack(slow_refunds)[payment.reference]] == [5_000]
    payment.refresh_from_db()
    assert payment.in_review
    move(slow_refunds, refund, "processed")
    refund_sending.go_on(refund.pk)
    payment.refresh_from_db()
    assert not payment.in_review


def test_where_that_failed_it_goes_back_anew(desk: Client, slow_refunds: Sandbox) -> None:
    payment = paid_through_paystack(slow_refunds, placed_order(), amount=5_000)
    slow_refunds.control("PUT", "faults", {"paystack.refund_balance": False})
    for asked in (1, 2):
        answer = do(desk, "payments_payment_give_back", payment.pk, reason="It was less than the order costs.")
        assert "goes back" in messages_of(answer)
        assert [row.state for row in Refund.objects.order_by("pk")] == ["failed"] * (asked - 1) + ["requested"]
        do(desk, "payments_payment_give_back", payment.pk, reason="It was less than the order costs.")  # a double click
        refund_sending.go_on(Refund.objects.latest("pk").pk)
    assert refund_sending.waiting(Refund.objects.all()).count() == 1


def test_money_that_paid_an_order_goes_back_from_the_order_alone(desk: Client, bought: Buy) -> None:
    payment = Payment.objects.get(order=bought())
    page = desk.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()
    assert "/give-back/" not in page


def test_an_odd_event_is_looked_at_and_done_with(desk: Client, owner: Any) -> None:
    row = hear("charge.success", {"id": 1, "reference": "PR-1-unknown", "status": "success"})
    assert row.state == "review"
    do(desk, "payments_providerevent_looked_at", row.pk)
    row.refresh_from_db()
    assert row.state == "review"  # without a word of what it was
    do(desk, "payments_providerevent_looked_at", row.pk, note="The till in the market")
    for page in (
        desk.get(reverse("admin:payments_providerevent_change", args=[row.pk])).text,
        desk.get(reverse("admin:payments_providerevent_changelist"), {"state__exact": "closed"}).text,
    ):
        assert "Looked at" in page
        assert "charge.success" in page
    found = desk.get(reverse("admin:payments_providerevent_changelist"), {"state__exact": "ignored"}).text
    assert "PR-1-unknown" not in found
    row.refresh_from_db()
    assert (row.state, row.closed_by, row.note) == ("closed", owner.email, "The till in the market")
    assert row.closed_at is not None

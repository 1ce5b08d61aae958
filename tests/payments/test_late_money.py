"""Money after the hold: the order goes on where it can; else another size, or the money back, as the setting says."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing.models import OutgoingMail
from orders import events
from orders.models import Order
from payments import attempts, cancellation, disputes, late_money, periodic, reconciliation, refund_sending, settlement
from payments.models import Payment, Refund
from tests.factories import VariantFactory, VariantSizeFactory, placed_order
from tests.payments.conftest import move, pay_at_paystack

pytestmark = pytest.mark.django_db


@pytest.fixture
def sizes(db: None) -> dict[str, VariantSize]:
    """One pair of briefs in three sizes; those in L cost more."""
    variant = VariantFactory()
    made = {name: VariantSizeFactory(variant=variant, size__name=name, on_hand=2) for name in ("S", "M", "L")}
    VariantSize.objects.filter(pk=made["L"].pk).update(price_kobo=990_000)
    return made


def paid_too_late(sandbox: Sandbox, size: VariantSize, *, pieces: int = 2) -> tuple[Order, Payment]:
    """The hold ended, somebody else took a piece, and then the money came."""
    order = placed_order((size, pieces))
    payment = attempts.start(order)
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timezone.timedelta(seconds=1))
    reconciliation.expire_unpaid_orders()
    placed_order((size, 1))
    pay_at_paystack(sandbox, payment)
    payment = settlement.settle(payment.reference)
    order.refresh_from_db()
    return order, payment


def mails(kind: str) -> list[str]:
    return list(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_another_size_is_offered_and_taken(
    sandbox: Sandbox, client: Client, sizes: dict[str, VariantSize], settings: Any
) -> None:
    settings.STAFF_EMAILS = ["owner@prechi.test"]
    order, payment = paid_too_late(sandbox, sizes["M"])
    assert (order.status, order.payment_status, payment.in_review) == ("expired", "refund_due", True)
    assert mails("another-size") == [order.email]
    assert mails("staff-paid-late") == ["owner@prechi.test"]
    assert not Refund.objects.exists()
    assert f"/orders/{order.token}/another-size/" in client.get(f"/orders/{order.token}/").text
    assert f"/orders/{order.token}/another-size/" in client.get(f"/pay/return/?reference={payment.reference}").text

    page = client.get(f"/orders/{order.token}/another-size/").text
    assert f'value="{sizes["S"].sku}"' in page
    assert sizes["L"].sku not in page  # it costs more
    assert sizes["M"].sku not in page
    line = order.lines.get()
    client.post(f"/orders/{order.token}/another-size/", {f"line_{line.pk}": sizes["S"].sku})
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status) == ("paid", "paid")
    assert (payment.outcome, payment.in_review) == ("applied", False)
    assert mails("order-paid") == [order.email]
    left = {name: VariantSize.objects.get(pk=size.pk) for name, size in sizes.items()}
    assert (left["S"].on_hand, left["M"].on_hand, left["M"].reserved) == (0, 2, 1)
    line.refresh_from_db()
    assert (line.size, line.sku) == ("M", sizes["M"].sku)  # what was ordered stays as it was
    assert f"{line.colour}, S instead of M" in client.get(f"/orders/{order.token}/").text
    assert Client().get(f"/api/v1/orders/{order.token}/").json()["lines"][0]["sku"] == sizes["S"].sku
    assert order.events.get(kind="another-size").data == {sizes["M"].sku: sizes["S"].sku}


def test_what_was_taken_instead_comes_back_when_it_is_cancelled(
    sandbox: Sandbox, sizes: dict[str, VariantSize]
) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    order = late_money.accept(order.pk, {order.lines.get().pk: sizes["S"].sku}, events.CUSTOMER)
    cancellation.cancel(order, events.CUSTOMER)
    assert VariantSize.objects.get(pk=sizes["S"].pk).on_hand == 2


@pytest.mark.parametrize("chosen", ["L", "M", "", "other"])
def test_only_what_is_offered_can_be_taken(sandbox: Sandbox, sizes: dict[str, VariantSize], chosen: str) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    sku = sizes[chosen].sku if chosen in sizes else VariantSizeFactory().sku if chosen else ""
    page = Client().post(f"/orders/{order.token}/another-size/", {f"line_{order.lines.get().pk}": sku})
    assert page.status_code == 400
    assert "from the list" in page.text
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("expired", "refund_due")


def test_taken_twice_it_is_one_order(sandbox: Sandbox, sizes: dict[str, VariantSize]) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    chosen = {order.lines.get().pk: sizes["S"].sku}
    late_money.accept(order.pk, chosen, events.CUSTOMER)
    with pytest.raises(Conflict, match="nothing to choose"):
        late_money.accept(order.pk, chosen, events.CUSTOMER)


def test_the_customer_takes_the_money(sandbox: Sandbox, client: Client, sizes: dict[str, VariantSize]) -> None:
    order, payment = paid_too_late(sandbox, sizes["M"])
    for _ in range(2):
        client.post(f"/orders/{order.token}/another-size/", {"refund": "on"})
    assert Refund.objects.get().amount_subunit == payment.captured_subunit
    with pytest.raises(Conflict):
        late_money.accept(order.pk, {order.lines.get().pk: sizes["S"].sku}, events.CUSTOMER)
    assert client.get(f"/orders/{order.token}/another-size/").status_code == 302


def test_who_does_not_answer_gets_the_money(sandbox: Sandbox, sizes: dict[str, VariantSize], settings: Any) -> None:
    _, payment = paid_too_late(sandbox, sizes["M"])
    assert periodic.give_back_late_money() == 0
    long_ago = timezone.now() - timezone.timedelta(hours=settings.LATE_OFFER_HOURS + 1)
    Payment.objects.filter(pk=payment.pk).update(review_opened_at=long_ago)
    assert periodic.give_back_late_money() == 1
    assert periodic.give_back_late_money() == 0
    assert Refund.objects.get().payment == payment


@pytest.mark.parametrize(("resolution", "goes_back"), [("declined", True), ("merchant-accepted", False)])
def test_after_a_dispute_what_the_shop_was_left_goes_back_and_what_it_lost_is_done_with(
    sandbox: Sandbox, sizes: dict[str, VariantSize], settings: Any, resolution: str, goes_back: bool
) -> None:
    _, payment = paid_too_late(sandbox, sizes["M"])
    disputes.note(payment.pk, disputes.Word(7, payment.amount_subunit, "NGN", "fraud", "resolved", resolution, None))
    payment.refresh_from_db()
    assert payment.in_review == goes_back
    long_ago = timezone.now() - timezone.timedelta(hours=settings.LATE_OFFER_HOURS + 1)
    Payment.objects.filter(pk=payment.pk).update(review_opened_at=long_ago)
    assert periodic.give_back_late_money() == goes_back


def test_pieces_that_are_there_again_can_be_sent(
    sandbox: Sandbox, client: Client, sizes: dict[str, VariantSize]
) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    other = Order.objects.exclude(pk=order.pk).get()
    cancellation.cancel(other, events.CUSTOMER)
    assert "Your pieces are there again" in client.get(f"/orders/{order.token}/another-size/").text
    client.post(f"/orders/{order.token}/another-size/")
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.lines.get().instead is None


def test_somebody_faster_is_told_and_nothing_is_changed(sandbox: Sandbox, sizes: dict[str, VariantSize]) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    chosen = {order.lines.get().pk: sizes["S"].sku}
    placed_order((sizes["S"], 1))
    with pytest.raises(ShopError):
        late_money.accept(order.pk, chosen, events.CUSTOMER)
    assert order.lines.get().instead is None


def test_without_another_size_the_money_goes_back_at_once(slow_refunds: Sandbox, client: Client) -> None:
    order, payment = paid_too_late(slow_refunds, VariantSizeFactory(on_hand=2))
    assert mails("another-size") == []
    assert mails("refund-started") == [order.email]
    assert "and give it back" in client.get(f"/pay/return/?reference={payment.reference}").text
    refund = refund_sending.go_on(Refund.objects.get().pk)
    move(slow_refunds, refund, "processed")
    refund_sending.go_on(refund.pk)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status, payment.in_review) == ("expired", "refunded", False)


def test_by_the_setting_no_size_is_offered(sandbox: Sandbox, sizes: dict[str, VariantSize], settings: Any) -> None:
    settings.LATE_MONEY = "reserve_or_refund"
    paid_too_late(sandbox, sizes["M"])
    assert mails("another-size") == []
    assert Refund.objects.count() == 1


def test_the_api_offers_the_same(sandbox: Sandbox, sizes: dict[str, VariantSize]) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    address = f"/api/v1/orders/{order.token}/another-size/"
    (offer,) = Client().get(address).json()
    assert (offer["size"], offer["choices"]) == ("M", [sizes["S"].sku])
    body = {"choices": {str(offer["line"]): sizes["S"].sku}}
    answer = Client().post(address, body, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "paid")
    assert Client().get(address).status_code == 409
    assert Client().post(address, body, content_type="application/json").status_code == 409


@pytest.mark.parametrize("line", ["9" * 5000, "9" * 19, "x", "-1", "²"])
def test_a_line_that_cannot_be_one_is_refused_and_breaks_nothing(
    sandbox: Sandbox, sizes: dict[str, VariantSize], line: str
) -> None:
    order, _ = paid_too_late(sandbox, sizes["M"])
    body = {"choices": {line: sizes["S"].sku}}
    answer = Client().post(f"/api/v1/orders/{order.token}/another-size/", body, content_type="application/json")
    assert answer.status_code == 400

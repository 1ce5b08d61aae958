"""The list of orders: what each holds at a glance, many packed in one go, and those that wait too long."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mailing.models import OutgoingMail
from orders import events, lifecycle
from orders.checkout import place_order
from orders.models import Order
from payments import cancellation, refunds
from tests.admin.conftest import messages_of
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    VariantSizeFactory,
    bag_with,
    delivered,
    given_by_hand,
    paid,
    placed_order,
)

LIST = reverse("admin:orders_order_changelist")


def pack(desk: Client, *orders: Order) -> Any:
    chosen = {"action": "pack_many", "_selected_action": [order.pk for order in orders]}
    return desk.post(LIST, chosen, follow=True)


def ago(order: Order, **since: int) -> None:
    """Moves its last steps that many days back."""
    Order.objects.filter(pk=order.pk).update(
        **{name: timezone.now() - timedelta(days=days) for name, days in since.items()}
    )


def test_many_are_packed_in_one_go(desk: Client, owner: Any) -> None:
    first, second = paid(placed_order()), paid(placed_order())
    answer = pack(desk, first, second)
    assert "2 orders are packed" in messages_of(answer)
    for order in (first, second):
        order.refresh_from_db()
        assert order.status == "packed"
        assert order.events.get(kind="packed").actor == owner
    assert OutgoingMail.objects.filter(kind="order-packed").count() == 2


def test_what_cannot_be_packed_is_named_and_holds_up_no_other(desk: Client) -> None:
    good, unpaid = paid(placed_order()), placed_order()
    answer = pack(desk, good, unpaid)
    assert "1 order is packed" in messages_of(answer)
    assert f"Order {unpaid.number} is waiting for payment" in messages_of(answer)
    unpaid.refresh_from_db()
    assert unpaid.status == "pending_payment"


@pytest.mark.breaks_invariants
@pytest.mark.parametrize("standing", ["refunded", "disputed"])
def test_what_its_customer_has_the_money_of_is_a_problem_and_not_to_be_packed(desk: Client, standing: str) -> None:
    order, good = paid(placed_order()), paid(placed_order())
    Order.objects.filter(pk=order.pk).update(payment_status=standing)
    address = reverse("admin:orders_order_change", args=[order.pk])
    pages = [desk.get(f"{LIST}?view={view}").text for view in ("to_pack", "problems")]
    assert [address in page for page in pages] == [False, True]
    assert reverse("admin:orders_order_change", args=[good.pk]) in pages[0]
    slips = desk.get(reverse("admin:orders_order_slips"), {"order": [order.pk, good.pk]}).text
    assert slips.count("All its money went back, or is to: do not pack") == (standing == "refunded")
    assert slips.count("Disputed at the bank: ask before you pack") == (standing == "disputed")


def test_nor_is_it_on_the_board_or_on_a_slip_while_the_price_of_its_delivery_is_left(desk: Client) -> None:
    order, good = paid(placed_order()), paid(placed_order())
    for sold, left in ((order, 0), (good, 100)):
        back = sold.total_subunit - sold.delivery_subunit - left
        given_by_hand(refunds.request(sold.pk, amount=back, reason="Torn.", key=sold.number, actor=events.SYSTEM))
    boards = [desk.get(f"{LIST}?view={view}").text for view in ("to_pack", "problems")]
    assert [f"orders/order/{order.pk}/" in page for page in boards] == [False, True]
    assert [f"orders/order/{good.pk}/" in page for page in boards] == [True, False]
    slips = desk.get(reverse("admin:orders_order_slips"), {"order": [order.pk, good.pk]}).text
    assert slips.count("All its money went back, or is to: do not pack") == 1


@pytest.mark.parametrize("is_done", [False, True])
def test_what_was_paid_back_in_full_is_not_packed_by_hand(desk: Client, is_done: bool) -> None:
    order = paid(placed_order())
    refund = refunds.request(order.pk, reason="For the wait.", key="all", actor=events.SYSTEM)
    if is_done:
        given_by_hand(refund)
    assert f"All money for the pieces of order {order.number} went back" in messages_of(pack(desk, order))
    desk.post(reverse("admin:orders_order_pack", args=[order.pk]), {"_form_submitted": "on"})
    assert Order.objects.get(pk=order.pk).status == "paid"


def test_nor_is_what_was_packed_before_sent(desk: Client) -> None:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    refunds.request(order.pk, reason="For the wait.", key="all", actor=events.SYSTEM)
    address = reverse("admin:orders_order_ship", args=[order.pk])
    told = desk.post(address, {"_form_submitted": "on", "carrier": "GIG"}, follow=True).text
    assert f"All money for the pieces of order {order.number} went back" in told
    assert Order.objects.get(pk=order.pk).status == "packed"
    assert cancellation.cancel(order, events.SYSTEM, "Paid back.", by_staff=True).status == "cancelled"


def test_whoever_may_only_look_packs_nothing(desk_of: Callable[..., Client]) -> None:
    order = paid(placed_order())
    reader = desk_of("orders.view_order")
    assert "pack_many" not in reader.get(LIST).text
    pack(reader, order)
    order.refresh_from_db()
    assert order.status == "paid"


def test_what_is_in_an_order_stands_below_its_row(desk: Client) -> None:
    size = VariantSizeFactory(on_hand=9)
    placed_order((size, 4))
    text = desk.get(LIST).text
    assert size.sku in text
    assert f"4 × {size.variant.product.name}" in text


def test_looking_at_many_orders_asks_no_more_of_the_database(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            desk.get(LIST)
        return len(seen)

    placed_order()
    desk.get(LIST)
    few = queries()
    for _ in range(3):
        placed_order()
    assert queries() == few


@pytest.mark.parametrize("term", ["number", "email", "phone", "full_name"])
def test_an_order_is_found_by_what_people_say(desk: Client, term: str) -> None:
    order = placed_order()
    bola = replace(ADA, email="bola@prechi.test", phone="+2347012345678", full_name="Bola Ade")
    place_order(bag_with((VariantSizeFactory(), 1)), bola, LAGOS_ISLAND)
    text = desk.get(LIST, {"q": getattr(order, term)}).text
    assert order.number in text
    assert "Bola Ade" not in text


def stuck(desk: Client) -> set[str]:
    text = desk.get(LIST, {"view": "stuck"}).text
    return {number for number in Order.objects.values_list("number", flat=True) if f">{number}<" in text}


def test_orders_that_wait_too_long_stand_on_a_board(desk: Client) -> None:
    fresh, unpacked, unsent, lost, came = (paid(placed_order()) for _ in range(5))
    for order in (unsent, lost):
        lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(lost.pk, events.SYSTEM, "GIG")
    delivered(came)
    ago(unpacked, paid_at=4)
    ago(unsent, packed_at=4)
    ago(lost, paid_at=20, shipped_at=15)
    ago(came, paid_at=40, packed_at=40, shipped_at=39, delivered_at=1)
    assert stuck(desk) == {unpacked.number, unsent.number, lost.number}
    assert fresh.number not in stuck(desk)
    assert "3" in desk.get(reverse("admin:index")).text.split("Stuck")[1][:400]


def test_one_that_waits_for_the_customer_to_pay_its_delivery_is_not_stuck(desk: Client) -> None:
    order = paid(placed_order())
    lifecycle.pack(order.pk, events.SYSTEM)
    ago(order, packed_at=9)
    Order.objects.filter(pk=order.pk).update(quote_status=Order.QuoteStatus.QUOTED)
    assert stuck(desk) == set()
    Order.objects.filter(pk=order.pk).update(quote_status=Order.QuoteStatus.NOT_NEEDED)
    assert stuck(desk) == {order.number}


def test_a_note_for_the_customer_is_sent_and_stands_on_their_page(desk: Client, client: Client) -> None:
    order = paid(placed_order())
    address = reverse("admin:orders_order_write_note", args=[order.pk])
    desk.post(address, {"_form_submitted": "on", "text": "Called twice, no answer"})
    desk.post(address, {"_form_submitted": "on", "text": "The rider comes on Friday <b>", "tell": "on"})
    mail = OutgoingMail.objects.get(kind="order-message")
    assert (mail.recipient, mail.facts["text"]) == (order.email, "The rider comes on Friday <b>")
    page = client.get(f"/orders/{order.token}/").text
    assert "The rider comes on Friday &lt;b&gt;" in page
    assert "Called twice" not in page
    track = client.post("/track/", {"number": order.number, "known": order.email}).text
    assert "rider comes" not in track

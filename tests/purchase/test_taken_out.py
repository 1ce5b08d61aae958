"""The last piece that was left to send is refunded and put back: the order waits for nothing any more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adminpanel import dashboard
from core.errors import ShopError
from mailing.models import OutgoingMail
from orders import bag, checkout, events, lifecycle, returns
from orders.lifecycle import NotAllowed
from orders.models import Order
from payments import cancellation, refunds
from payments.models import Refund
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
    given_by_hand,
    lagos,
    letter,
    paid,
    placed_order,
)

pytestmark = pytest.mark.django_db
STAFF = events.Actor("fulfilment@prechi.test")


@pytest.fixture
def order() -> Order:
    """Three of one size, paid."""
    return paid(placed_order((VariantSizeFactory(on_hand=9), 3)))


def now(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def take_out(order: Order, pieces: int, *, delivery: bool = False, key: str = "k") -> Refund:
    lines = {order.lines.get().pk: pieces}
    return refunds.request(
        order.pk, lines=lines, delivery=delivery, restock=True, reason="A stain", key=key, actor=STAFF
    )


def part_sent(order: Order) -> Order:
    lifecycle.pack(order.pk, STAFF)
    return lifecycle.ship(order.pk, STAFF, "GIG", "GIG-1", {order.lines.get().pk: 1})


def numbers(desk: Client, view: str) -> set[str]:
    """Of the orders on this tab of the list."""
    page = desk.get(reverse("admin:orders_order_changelist"), {"view": view})
    return {found.number for found in page.context["cl"].result_list}


def test_what_was_sent_is_all_that_comes(order: Order, client: Client) -> None:
    part_sent(order)
    assert "The rest follows" in client.get(order.get_absolute_url()).text
    take_out(order, 2)
    order = now(order)
    parcel = order.shipments.get()
    assert (order.status, order.carrier, order.tracking_number) == ("shipped", "GIG", "GIG-1")
    assert order.shipped_at == parcel.shipped_at
    assert order.events.get(kind="rest-taken-out").actor_label == STAFF.label
    assert "The rest follows" not in client.get(order.get_absolute_url()).text


def test_the_customer_is_told_that_nothing_more_comes(order: Order) -> None:
    part_sent(order)
    take_out(order, 2)
    said = letter("order-rest-taken-out").text
    assert f"The rest of order {order.number} does not follow" in said
    assert "last with GIG, number GIG-1, is all that comes" in said
    assert not OutgoingMail.objects.filter(kind="order-shipped").exists()


def test_then_it_is_delivered_and_may_come_back(order: Order) -> None:
    part_sent(order)
    given_by_hand(take_out(order, 2))
    lifecycle.deliver(order.pk, STAFF)
    wish = {order.lines.get().pk: returns.Wish(1)}
    assert returns.request(order.pk, wish, "refund", "size", "", events.CUSTOMER).lines.get().quantity == 1


def test_while_something_is_left_to_send_it_stays_packed(order: Order) -> None:
    part_sent(order)
    take_out(order, 1)
    assert now(order).status == "packed"


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_order_of_nothing_ends_with_its_money(order: Order, client: Client, is_packed: bool) -> None:
    if is_packed:
        lifecycle.pack(order.pk, STAFF)
    refund = take_out(order, 3, delivery=True)
    assert (now(order).status, now(order).payment_status) == ("cancelled", "refund_due")
    assert Refund.objects.get().amount_subunit == order.total_subunit
    assert letter("order-cancelled-paid").text.count("The reason: A stain.") == 1
    given_by_hand(refund)
    assert (now(order).status, now(order).payment_status) == ("cancelled", "refunded")
    assert "This order is cancelled" in client.get(order.get_absolute_url()).text


def test_its_pieces_are_back_once(order: Order) -> None:
    take_out(order, 3, delivery=True)
    cancellation.cancel(now(order), STAFF, by_staff=True)
    size = order.lines.get().variant_size
    assert size
    assert (size.on_hand, size.reserved) == (9, 0)
    assert Refund.objects.count() == 1


def test_its_code_may_be_used_again() -> None:
    code = DiscountFactory(limit_total=1)
    lagos()
    first = paid(checkout.place_order(bag_with((VariantSizeFactory(), 2)), ADA, LAGOS_ISLAND, code=code.code))
    take_out(first, 2, delivery=True)
    again = checkout.place_order(bag_with((VariantSizeFactory(), 2)), ADA, LAGOS_ISLAND, code=code.code)
    assert again.discount_subunit > 0


def test_one_whose_delivery_is_still_paid_is_not_packed_but_cancelled(order: Order, desk: Client) -> None:
    refund = take_out(order, 3)
    assert now(order).status == "paid"
    with pytest.raises(NotAllowed, match="Cancel it"):
        lifecycle.pack(order.pk, STAFF)
    answer = desk.post(reverse("admin:orders_order_pack", args=[order.pk]), {"_form_submitted": "on"}, follow=True)
    assert "was taken out. Cancel it" in messages_of(answer)
    given_by_hand(refund)
    cancellation.cancel(now(order), STAFF, "Nothing left", by_staff=True)
    size = order.lines.get().variant_size
    assert size
    assert (now(order).status, size.on_hand) == ("cancelled", 9)
    assert sum(one.amount_subunit for one in Refund.objects.all()) == order.total_subunit


def test_one_whose_delivery_is_still_paid_is_a_problem_and_not_to_be_packed(order: Order, desk: Client) -> None:
    good = paid(placed_order())
    given_by_hand(take_out(order, 2))
    assert numbers(desk, "to_pack") == {order.number, good.number}
    given_by_hand(take_out(order, 1, key="rest"))
    assert now(order).payment_status == "partly_refunded"
    assert numbers(desk, "to_pack") == {good.number}
    assert numbers(desk, "problems") == {order.number}
    figures = [dashboard._to_pack().figure, dashboard._problems().figure]
    assert figures == ["1", "1"]


def test_its_page_promises_no_day(order: Order, client: Client) -> None:
    assert "Expect it between" in client.get(order.get_absolute_url()).text
    take_out(order, 3)
    assert "Expect it between" not in client.get(order.get_absolute_url()).text
    assert client.get(f"/api/v1/orders/{order.token}/").json()["expected"] is None


def test_nor_is_it_late(order: Order, client: Client) -> None:
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=30))
    assert "It is later than we said" in client.get(order.get_absolute_url()).text
    (notice,) = client.get(f"/api/v1/orders/{order.token}/").json()["notices"]
    assert notice["code"] == "late"
    take_out(order, 3)
    assert "It is later than we said" not in client.get(order.get_absolute_url()).text
    told = client.get(f"/api/v1/orders/{order.token}/").json()
    assert (told["is_late"], told["notices"]) == (False, [])


def test_packed_before_it_is_not_shipped_empty(order: Order) -> None:
    lifecycle.pack(order.pk, STAFF)
    take_out(order, 3)
    with pytest.raises(ShopError, match="Nothing of this order is left to send"):
        lifecycle.ship(order.pk, STAFF, "GIG")


def test_torn_pieces_are_taken_out_and_written_off(order: Order) -> None:
    line = order.lines.get()
    size, before = line.variant_size, line.variant_size.on_hand  # type: ignore[union-attr]
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "1", {line.pk: 1})
    refunds.request(
        order.pk, lines={line.pk: line.quantity - 1}, write_off=True, reason="Torn.", key="torn", actor=events.SYSTEM
    )
    order.refresh_from_db()
    size.refresh_from_db()  # type: ignore[union-attr]
    assert (order.status, size.on_hand) == ("shipped", before)  # type: ignore[union-attr]
    assert size.movements.filter(reason="damaged", source_type="refund_line").get().change == 1 - line.quantity  # type: ignore[union-attr]


def test_pieces_are_put_on_sale_or_written_off_and_not_both(order: Order) -> None:
    with pytest.raises(ShopError, match="not both") as refused:
        refunds.request(order.pk, restock=True, write_off=True, reason="Torn.", key="both", actor=events.SYSTEM)
    assert refused.value.field == "write_off"


def test_what_staff_kept_of_it_its_customer_does_not_take(order: Order, client: Client) -> None:
    line = order.lines.get()
    refunds.request(
        order.pk,
        lines={line.pk: line.quantity},
        amount=100_000,
        restock=True,
        reason="A part is kept.",
        key="kept",
        actor=events.SYSTEM,
    )
    with pytest.raises(lifecycle.NotAllowed, match=r"was taken out\. Write to us"):
        cancellation.cancel(Order.objects.get(), events.CUSTOMER)
    assert "Cancel the order" not in client.get(order.get_absolute_url()).text


def test_pieces_that_stay_off_sale_change_no_status(order: Order) -> None:
    """They may lie in the shop, or be sent as a courtesy: staff say which."""
    lines = {order.lines.get().pk: 3}
    refunds.request(order.pk, lines=lines, delivery=True, reason="A stain", key="k", actor=STAFF)
    assert now(order).status == "paid"


def test_its_mails_and_its_page_tell_the_pieces_that_come(order: Order, client: Client) -> None:
    name = order.lines.get().name
    given_by_hand(take_out(order, 1))
    lifecycle.pack(order.pk, STAFF)
    lifecycle.ship(order.pk, STAFF, "GIG")
    for kind, said in (("order-packed", "What is left of order"), ("order-shipped", "What is left of order")):
        written = letter(kind)
        assert f"{said} {order.number}" in written.text
        assert f"What you get (the rest was taken out):\n  2 x {name}, Black, size M\n" in written.text
        assert f"3 x {name}, Black, size M (1 taken out):" in written.text
        assert f"2 × {name}" in written.html
        assert "1 taken out" in written.html
        assert "Everything of order" not in written.text
    assert "(1 taken out)" in client.get(order.get_absolute_url()).text


def test_of_a_bundle_its_piece_is_named(client: Client) -> None:
    lagos()
    size = VariantSizeFactory(on_hand=9)
    held = bag_with()
    bag.add_bundle(held, BundleFactory(eligible=[size.variant.product]).slug, [size.sku] * 3)
    order = paid(checkout.place_order(held, ADA, LAGOS_ISLAND))
    first = order.lines.filter(kind="component").order_by("pk")[0]
    refunds.request(order.pk, lines={first.pk: 1}, restock=True, reason="A stain", key="k", actor=STAFF)
    lifecycle.pack(order.pk, STAFF)
    assert letter("order-packed").text.count("(1 taken out)") == 1
    assert letter("order-packed").text.count(f"  1 x {first.name}, Black, size M\n") == 2
    assert client.get(order.get_absolute_url()).text.count("(1 taken out)") == 1


def test_with_nothing_taken_out_everything_comes(order: Order) -> None:
    lifecycle.pack(order.pk, STAFF)
    assert "Everything of order" in letter("order-packed").text
    assert "taken out" not in letter("order-packed").text


def test_a_cancelled_order_is_not_told_of_pieces_taken_out(order: Order, client: Client) -> None:
    cancellation.cancel(order, events.CUSTOMER)
    assert "taken out" not in letter("order-cancelled-paid").text
    assert "taken out" not in client.get(order.get_absolute_url()).text


def test_refunded_and_then_cancelled_it_promises_no_money_twice(order: Order, client: Client) -> None:
    lines = {order.lines.get().pk: 3}
    given_by_hand(refunds.request(order.pk, lines=lines, delivery=True, reason="A stain", key="k", actor=STAFF))
    assert "give my money back" not in client.get(order.get_absolute_url()).text
    cancellation.cancel(now(order), STAFF, "Nothing left", by_staff=True)
    assert "You have all your money back already." in letter("order-cancelled-paid").text
    assert "We refund" not in letter("order-cancelled-paid").text

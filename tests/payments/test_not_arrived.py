"""A paid parcel is lost or comes back unopened: its order ends, its money goes back, its pieces where staff say so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import ShopError
from orders import events, lifecycle
from orders.lifecycle import NotAllowed
from orders.models import Order, Zone
from payments import cancellation, refunds
from payments.models import Refund
from tests.admin.conftest import desk as desk
from tests.admin.conftest import messages_of
from tests.admin.conftest import owner as owner
from tests.factories import VariantSizeFactory, given_by_hand, lagos, letter, paid, placed_order

pytestmark = pytest.mark.django_db
STAFF = events.Actor("fulfilment@prechi.test")


@pytest.fixture
def order() -> Order:
    """Two of one size, of which there were five; paid and sent."""
    return sent(paid(placed_order((VariantSizeFactory(on_hand=5), 2))))


def sent(order: Order) -> Order:
    lifecycle.pack(order.pk, STAFF)
    return lifecycle.ship(order.pk, STAFF, "GIG", "GIG-1")


def end(order: Order, reason: str = "Lost on its way", *, restock: bool = False) -> Order:
    return cancellation.end_not_arrived(order.pk, STAFF, reason, restock=restock)


def on_hand(order: Order) -> int:
    size = order.lines.get().variant_size
    assert size
    return size.on_hand


@pytest.mark.parametrize(("restock", "left"), [(False, 3), (True, 5)])
def test_the_order_ends_and_its_money_goes_back(order: Order, client: Client, restock: bool, left: int) -> None:
    ended = end(order, restock=restock)
    assert (ended.status, ended.payment_status, on_hand(order)) == ("cancelled", "refund_due", left)
    assert Refund.objects.get().amount_subunit == order.total_subunit
    assert order.events.get(kind="not-arrived").data == {"reason": "Lost on its way"}
    said = letter("order-not-arrived").text
    assert "did not reach you, so the order is cancelled. The reason: Lost on its way. We refund" in said
    page = client.get(order.get_absolute_url()).text
    assert "This order is cancelled" in page
    assert "Expect it between" not in page


def test_twice_is_harmless(order: Order) -> None:
    end(order, restock=True)
    end(order, restock=True)
    assert (on_hand(order), Refund.objects.count()) == (5, 1)


def test_what_was_refunded_before_is_not_promised_or_given_again(order: Order) -> None:
    given_by_hand(refunds.request(order.pk, reason="Where is it?", key="k", actor=STAFF))
    ended = end(order)
    assert (ended.status, ended.payment_status, Refund.objects.count()) == ("cancelled", "refunded", 1)
    assert "You have all your money back already." in letter("order-not-arrived").text


def test_pieces_that_were_taken_out_before_do_not_come_back_twice() -> None:
    order = paid(placed_order((VariantSizeFactory(on_hand=5), 2)))
    lines = {order.lines.get().pk: 1}
    given_by_hand(refunds.request(order.pk, lines=lines, restock=True, reason="Stain", key="k", actor=STAFF))
    end(sent(order), restock=True)
    assert on_hand(order) == 5
    assert sum(refund.amount_subunit for refund in Refund.objects.all()) == order.total_subunit


@pytest.mark.parametrize("step", ["paid", "packed", "delivered"])
def test_only_what_is_on_its_way(step: str) -> None:
    order = paid(placed_order())
    for name, move in STEPS.items():
        if order.status != step:
            order = move(order)
            assert order.status == name
    with pytest.raises(NotAllowed, match=step):
        end(order)
    assert not Refund.objects.exists()


STEPS: dict[str, Callable[[Order], Order]] = {
    "packed": lambda order: lifecycle.pack(order.pk, STAFF),
    "shipped": lambda order: lifecycle.ship(order.pk, STAFF, "GIG"),
    "delivered": lambda order: lifecycle.deliver(order.pk, STAFF),
}


def test_what_is_owed_at_the_door_came_back_unpaid(settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    Zone.objects.filter(pk=lagos().pk).update(pay_on_delivery=True)
    order = sent(placed_order(pay_on_delivery=True))
    with pytest.raises(ShopError, match="came back unpaid"):
        end(order)
    assert Order.objects.get(pk=order.pk).status == "shipped"


def test_staff_say_so_on_the_page_of_the_order(order: Order, desk: Client) -> None:
    assert "Lost or came back" in desk.get(reverse("admin:orders_order_change", args=[order.pk])).text
    given = {"_form_submitted": "on", "reason": "Back unopened", "restock": "on"}
    answer = desk.post(reverse("admin:orders_order_not_arrived", args=[order.pk]), given, follow=True)
    assert f"Order {order.number} is cancelled." in messages_of(answer)
    assert (Order.objects.get(pk=order.pk).status, on_hand(order)) == ("cancelled", 5)
    assert Refund.objects.get().reason == "Back unopened"

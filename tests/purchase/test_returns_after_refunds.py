"""A return of an order of which money went back before, or that cost nothing: nobody is promised what is not left."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from orders import events, returns
from orders.models import Discount, Order, Return
from orders.returns import Wish
from payments import refunds, returning
from payments.models import Refund
from payments.standing import count_kept, follow
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import (
    DiscountFactory,
    VariantSizeFactory,
    delivered,
    delivered_order,
    given_by_hand,
    letter,
    placed_order,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=9, price_kobo=931_000)


@pytest.fixture
def order(size: VariantSize, sandbox: Sandbox) -> Order:
    return delivered_order((size, 3))


@pytest.fixture
def free_order(size: VariantSize) -> Order:
    DiscountFactory(code="ALL", basis_points=10_000, stacks=True)
    DiscountFactory(code="", name="We deliver", kind=Discount.Kind.FREE_DELIVERY, stacks=True)
    return delivered(placed_order((size, 1), code="ALL"))


def goes_back(order: Order, **what: Any) -> None:
    """A refund that is done with."""
    refund = refunds.request(order.pk, reason="For the wait.", key=f"test/{what}", actor=events.SYSTEM, **what)
    given_by_hand(refund)
    order.refresh_from_db()


def ask(order: Order, quantity: int) -> Return:
    return returns.request(
        order.pk, {order.lines.get().pk: Wish(quantity)}, "refund", "size", "Too tight.", events.CUSTOMER
    )


def arrives(found: Return) -> Return:
    returns.approve(found.pk, events.SYSTEM)
    return returns.receive(found.pk, {line.pk: "sound" for line in found.lines.all()}, events.SYSTEM)


def dialog(staff: Client, found: Return) -> str:
    return staff.get(reverse("admin:orders_return_refund", args=[found.pk])).text


def offered(staff: Client, found: Return) -> set[str]:
    page = staff.get(reverse("admin:orders_return_change", args=[found.pk])).text
    return {step for step in ("refund", "close") if reverse(f"admin:orders_return_{step}", args=[found.pk]) in page}


def test_only_what_was_not_refunded_is_offered(order: Order, client: Client, desk: Client) -> None:  # noqa: F811
    goes_back(order, lines={order.lines.get().pk: 2})
    page = client.get(f"/orders/{order.token}/return/").text
    assert '<option value="1" selected>' in page
    assert '<option value="2">' not in page
    with pytest.raises(ShopError, match="no more can come back"):
        ask(order, 2)
    found = arrives(ask(order, 1))
    assert offered(desk, found) == {"refund", "close"}
    assert "All that was paid for these pieces." in dialog(desk, found)
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == 931_000


def test_a_refund_that_failed_takes_nothing_away(order: Order, client: Client) -> None:
    refund = refunds.request(
        order.pk, lines={order.lines.get().pk: 2}, reason="Torn.", key="failed", actor=events.SYSTEM
    )
    ended = {"finished_at": refund.created_at, "resolved_at": refund.created_at}
    Refund.objects.filter(pk=refund.pk).update(state="failed", **ended)
    follow(order)
    count_kept(order)
    assert '<option value="3">' in client.get(f"/orders/{order.token}/return/").text


def test_of_pieces_refunded_on_their_way_the_others_are_paid(order: Order) -> None:
    found = ask(order, 3)
    goes_back(order, lines={order.lines.get().pk: 2})
    found = arrives(found)
    refund = returning.give_back(found.pk, events.SYSTEM)
    assert (refund.amount_subunit, refund.lines.get().quantity) == (931_000, 1)
    found.refresh_from_db()
    assert found.state == "closed"


def test_what_is_left_of_the_order_goes_back_with_words_that_say_so(order: Order, desk: Client) -> None:  # noqa: F811
    goes_back(order, amount=order.total_subunit - 718_500)
    found = arrives(ask(order, 1))
    assert "We give its money back" in letter("return-received").text
    said = dialog(desk, found)
    assert "₦7,185" in said
    assert "Less than ₦9,310, because some of it was refunded before" in said
    for _ in range(2):
        desk.post(reverse("admin:orders_return_refund", args=[found.pk]), {"_form_submitted": "on"})
    refund = Refund.objects.get(key=f"return/{found.pk}")
    assert refund.amount_subunit == 718_500
    found.refresh_from_db()
    assert found.state == "closed"


def test_where_all_went_back_it_is_closed(order: Order, desk: Client) -> None:  # noqa: F811
    goes_back(order, amount=order.total_subunit)
    found = arrives(ask(order, 1))
    assert offered(desk, found) == {"close"}
    assert "No money goes back for it" in letter("return-received").text
    with pytest.raises(Conflict, match="Close it without money"):
        returning.give_back(found.pk, events.SYSTEM)
    desk.post(
        reverse("admin:orders_return_close", args=[found.pk]), {"_form_submitted": "on", "answer": "You have it."}
    )
    found.refresh_from_db()
    assert found.state == "unpaid"


def test_an_order_that_cost_nothing_promises_no_money(desk: Client, free_order: Order) -> None:  # noqa: F811
    found = arrives(ask(free_order, 1))
    for kind in ("return-approved", "return-received"):
        mail = letter(kind).text
        assert "No money goes back for it" in mail
        assert "your money back" not in mail
    assert offered(desk, found) == {"close"}

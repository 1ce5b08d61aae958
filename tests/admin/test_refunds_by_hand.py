"""Money that never was at Paystack: staff read that it is theirs to give back, and where they write it down."""

from typing import Any

import pytest
from django.contrib.messages import WARNING
from django.test import Client
from django.urls import reverse

from devtools.sandbox.process import Sandbox
from orders import events, lifecycle, returns
from orders.models import Order, Return
from payments import offline, refund_sending, refunds
from payments.models import Refund
from tests.factories import VariantSizeFactory, delivered_order, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_in_cash(settings: Any) -> Order:
    settings.OFFLINE_METHODS = ["cash"]
    order = placed_order((VariantSizeFactory(on_hand=5), 2))
    offline.record(order.pk, "cash", "slip 7", order.total_subunit, events.SYSTEM)
    return order


def delivered(order: Order) -> Order:
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG")
    return lifecycle.deliver(order.pk, events.SYSTEM)


def arrived(order: Order) -> Return:
    line = order.lines.get()
    found = returns.request(order.pk, {line.pk: returns.Wish(1)}, "refund", "faulty", "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM)
    return returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)


def page_of(refund: Refund) -> str:
    return reverse("admin:payments_refund_change", args=[refund.pk])


def test_a_return_says_that_the_money_is_still_to_be_given(desk: Client, paid_in_cash: Order) -> None:
    found = arrived(delivered(paid_in_cash))
    address = reverse("admin:orders_return_refund", args=[found.pk])
    assert "you give back yourself" in desk.get(address).text
    answer = desk.post(address, {"_form_submitted": "on"}, follow=True)
    refund = Refund.objects.get()
    (told,) = answer.context["messages"]
    assert told.level == WARNING
    assert f"{refund.amount} for return {found.pk} did not come through Paystack: give it back yourself" in str(told)
    assert f'href="{page_of(refund)}"' in answer.text
    assert "is refunded" not in answer.text
    # The message goes with the first look; the way to the refund stays.
    again = desk.get(reverse("admin:orders_return_change", args=[found.pk])).text
    assert f'href="{page_of(refund)}"' in again
    assert "</u></a>: to be given back by you" in again
    assert "did not come through Paystack: give" not in again


def test_what_came_through_paystack_goes_back_by_itself(desk: Client, sandbox: Sandbox) -> None:
    found = arrived(delivered_order((VariantSizeFactory(on_hand=5), 1)))
    answer = desk.post(reverse("admin:orders_return_refund", args=[found.pk]), {"_form_submitted": "on"}, follow=True)
    assert [str(told) for told in answer.context["messages"]] == [
        f"{Refund.objects.get().amount} for return {found.pk} goes back."
    ]


def test_an_order_says_it_too(desk: Client, paid_in_cash: Order) -> None:
    given = {"_form_submitted": "on", "key": "0" * 32, "reason": "Torn", "number": paid_in_cash.number, "amount": "50"}
    answer = desk.post(reverse("admin:orders_order_refund", args=[paid_in_cash.pk]), given, follow=True)
    assert f"₦50 of order {paid_in_cash.number} did not come through Paystack" in answer.text
    assert page_of(Refund.objects.get()) in answer.text


def test_its_page_has_no_word_of_paystack_and_the_one_thing_to_do(desk: Client, paid_in_cash: Order) -> None:
    refund = refunds.request(paid_in_cash.pk, amount=5_000, reason="Torn", key="1", actor=events.SYSTEM)
    by_hand = reverse("admin:payments_refund_by_hand", args=[refund.pk])
    for _ in range(2):
        page = desk.get(page_of(refund)).text
        assert "To be given back by you" in page
        assert by_hand in page
        assert reverse("admin:payments_refund_ask_paystack", args=[refund.pk]) not in page
        assert "When Paystack was last asked" not in page
        refund_sending.go_on(refund.pk)
    assert "To be given back by you" in desk.get(reverse("admin:payments_refund_changelist")).text
    tiles = {tile.title: (tile.figure, tile.note) for tile in desk.get(reverse("admin:index")).context["to_do"]}
    assert tiles["Refunds"] == ("1", "that wait for you")


def test_it_is_written_down_at_once_before_anybody_looked_at_it(desk: Client, paid_in_cash: Order) -> None:
    refund = refunds.request(paid_in_cash.pk, amount=5_000, reason="Torn", key="1", actor=events.SYSTEM)
    desk.post(
        reverse("admin:payments_refund_by_hand", args=[refund.pk]), {"_form_submitted": "on", "note": "Ada, in cash"}
    )
    assert refund_sending.go_on(refund.pk).state == "by-hand"
    assert reverse("admin:payments_refund_by_hand", args=[refund.pk]) not in desk.get(page_of(refund)).text


def test_rows_are_called_by_names_and_order_numbers(desk: Client, paid_in_cash: Order) -> None:
    line = paid_in_cash.lines.get()
    refund = refunds.request(paid_in_cash.pk, lines={line.pk: 1}, reason="Torn", key="1", actor=events.SYSTEM)
    assert str(refund) == f"{refund.amount} of order {paid_in_cash.number}"
    assert str(refund.lines.get()) == f"1 × {line.name} of order {paid_in_cash.number}"

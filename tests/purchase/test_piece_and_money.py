"""Nobody gets another size and the money: an exchange is asked for again when it arrives."""

import pytest
from django.db.models.functions import Now
from django.test import Client

from catalog.models import VariantSize
from core.errors import Conflict
from devtools.sandbox.process import Sandbox
from orders import events, returns
from orders.models import Order, Return
from payments import refunds
from payments.models import Refund
from payments.standing import follow
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import given_by_hand
from tests.purchase.sending_back import act, approved, offered, on_hand, receive
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order

pytestmark = pytest.mark.django_db


def refuses(found: Return, large: VariantSize, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    assert (on_hand(large), Return.objects.get(pk=found.pk).state) == (2, "approved")


def test_of_pieces_whose_money_went_back(
    order: Order,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
) -> None:
    found = approved(order, large.sku)
    refunds.request(order.pk, lines={order.lines.get().pk: 2}, reason="For the wait.", key="k", actor=events.SYSTEM)
    refuses(found, large, "went back meanwhile, so no other size")
    act(desk, found, "money_instead")
    receive(desk, found)
    assert offered(desk, found) == {"close"}


@pytest.mark.parametrize("what", ["pieces", "failed"])
def test_nor_where_the_delivery_is_left_or_the_refund_failed(
    order: Order,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
    what: str,
) -> None:
    found = approved(order, large.sku)
    amount = order.subtotal_subunit if what == "pieces" else None
    refund = refunds.request(order.pk, amount=amount, reason="For the wait.", key="all", actor=events.SYSTEM)
    if what == "failed":
        Refund.objects.filter(pk=refund.pk).update(state="failed", finished_at=Now())
        follow(order)
    assert "so no other size goes out for them" in receive(desk, found)
    assert (on_hand(large), found.state) == (2, "approved")


@pytest.mark.parametrize("is_done", [False, True])
def test_of_an_order_whose_money_is_away(
    order: Order,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
    is_done: bool,
) -> None:
    """By amount and not by pieces; its refund may be under way for days."""
    found = approved(order, large.sku)
    refund = refunds.request(order.pk, reason="For the wait.", key="all", actor=events.SYSTEM)
    if is_done:
        given_by_hand(refund)
    assert "so no other size goes out for them. Choose money instead" in receive(desk, found)
    assert (on_hand(large), found.state) == (2, "approved")
    act(desk, found, "money_instead")
    receive(desk, found)
    assert (found.state, offered(desk, found)) == ("received", {"close"})


@pytest.mark.breaks_invariants
def test_while_a_bank_decides(order: Order, large: VariantSize) -> None:
    found = approved(order, large.sku)
    Order.objects.filter(pk=order.pk).update(payment_status="disputed")
    refuses(found, large, "A bank may take")


def test_a_gift_under_way_holds_up_no_exchange(
    order: Order,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
) -> None:
    found = approved(order, large.sku)
    refunds.request(order.pk, amount=50_000, reason="A seam.", key="gift", actor=events.SYSTEM)
    receive(desk, found)
    assert (found.state, on_hand(large)) == ("closed", 1)


@pytest.mark.breaks_invariants
def test_nor_is_one_sent_to_nobody(order: Order, large: VariantSize) -> None:
    found = approved(order, large.sku)
    Order.objects.filter(pk=order.pk).update(erased_at=Now())
    refuses(found, large, "was erased")

"""A piece that was refunded and kept brings no money a second time, whatever happens to the pieces beside it."""

import pytest
from django.test import Client

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from orders import events, return_changes, returns
from orders.models import Order, OrderLine, Return
from orders.returns import Wish
from payments import refunds, returning
from payments.models import Refund
from payments.refund_sending import go_on
from tests.factories import delivered, delivered_order, given_by_hand, paid, placed_order
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium

pytestmark = pytest.mark.django_db
PRICE = 900_000


@pytest.fixture
def order(medium: VariantSize, sandbox: Sandbox) -> Order:
    """Two pieces, delivered."""
    return delivered_order((medium, 2))


def one_is_refunded_and_kept(order: Order) -> Refund:
    refund = refunds.request(
        order.pk, lines={order.lines.get().pk: 1}, reason="For the wait.", key="kept", actor=events.SYSTEM
    )
    return given_by_hand(refund)


def asked(order: Order, quantity: int = 1, size: str = "") -> Return:
    kind = "exchange" if size else "refund"
    wishes = {order.lines.get().pk: Wish(quantity, size)}
    found = returns.request(order.pk, wishes, kind, "size", "", events.CUSTOMER)
    return returns.approve(found.pk, events.SYSTEM)


def arrives(found: Return) -> Return:
    return returns.receive(found.pk, {line.pk: "sound" for line in found.lines.all()}, events.SYSTEM)


def refuses_another(order: Order) -> bool:
    with pytest.raises(ShopError, match="no more can come back"):
        asked(order)
    return True


def counted(order: Order) -> int:
    return OrderLine.objects.get(order=order).refunded_kept


def test_nor_after_the_other_was_exchanged(order: Order, large: VariantSize) -> None:
    one_is_refunded_and_kept(order)
    arrives(asked(order, size=large.sku))
    assert refuses_another(order)


def test_nor_while_the_other_is_here_and_not_paid_yet(order: Order) -> None:
    one_is_refunded_and_kept(order)
    found = arrives(asked(order))
    assert refuses_another(order)
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == PRICE
    assert refuses_another(order)


def test_what_came_back_for_its_money_is_not_counted_as_kept(order: Order) -> None:
    given_by_hand(returning.give_back(arrives(asked(order)).pk, events.SYSTEM))
    assert counted(order) == 0
    assert returning.give_back(arrives(asked(order)).pk, events.SYSTEM).amount_subunit == PRICE


def test_a_parcel_given_up_and_refunded_does_not_bring_its_money_again(order: Order) -> None:
    found = asked(order, 2)
    return_changes.give_up(found.pk, events.SYSTEM)
    one_is_refunded_and_kept(order)
    with pytest.raises(Conflict, match="refunded in another way"):
        arrives(found)


def test_what_came_back_and_is_paid_from_the_orders_page_is_not_kept(order: Order, large: VariantSize) -> None:
    """Closed without money, and then given it after all: the other piece may still come back, or be exchanged."""
    found = arrives(asked(order))
    returns.close_without_money(found.pk, events.SYSTEM, "The label is gone.")
    one_is_refunded_and_kept(order)
    assert counted(order) == 0
    assert arrives(asked(order, size=large.sku)).state == "closed"
    assert refuses_another(order)


def test_of_two_refunds_one_is_for_the_piece_that_came_back(order: Order) -> None:
    found = arrives(asked(order))
    returns.close_without_money(found.pk, events.SYSTEM, "The label is gone.")
    one_is_refunded_and_kept(order)
    given_by_hand(
        refunds.request(order.pk, lines={order.lines.get().pk: 1}, reason="A gift.", key="2", actor=events.SYSTEM)
    )
    assert counted(order) == 1
    assert refuses_another(order)


def test_of_two_pieces_in_one_refund_the_one_that_came_back_is_not_kept(medium: VariantSize, sandbox: Sandbox) -> None:
    order = delivered_order((medium, 3))
    found = arrives(asked(order))
    returns.close_without_money(found.pk, events.SYSTEM, "The label is gone.")
    given_by_hand(
        refunds.request(order.pk, lines={order.lines.get().pk: 2}, reason="For the wait.", key="2", actor=events.SYSTEM)
    )
    assert counted(order) == 1
    assert asked(order).state == "approved"


class TestRefundThatFails:
    def test_it_counts_nothing_until_it_is_tried_again(
        self, order: Order, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refund = refunds.request(
            order.pk, lines={order.lines.get().pk: 1}, reason="For the wait.", key="kept", actor=events.SYSTEM
        )
        assert counted(order) == 1
        monkeypatch.setattr("payments.refund_sending.remaining", lambda payment: -1)
        assert go_on(self.at_paystack(refund)).state == "failed"
        assert counted(order) == 0
        monkeypatch.undo()
        again = refunds.try_again(refund.pk, events.SYSTEM)
        assert again.lines.get().kept
        assert counted(order) == 1

    def test_it_counts_when_it_is_given_by_hand(self, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
        refund = refunds.request(
            order.pk, lines={order.lines.get().pk: 1}, reason="For the wait.", key="kept", actor=events.SYSTEM
        )
        monkeypatch.setattr("payments.refund_sending.remaining", lambda payment: -1)
        go_on(self.at_paystack(refund))
        assert counted(order) == 0
        refunds.given_by_hand(refund.pk, events.SYSTEM, "By the bank.")
        assert counted(order) == 1

    def test_of_what_was_taken_out_it_is_not_taken_for_a_piece_that_came_back(
        self, medium: VariantSize, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = paid(placed_order((medium, 3)))
        refund = refunds.request(
            order.pk, lines={order.lines.get().pk: 1}, restock=True, reason="Torn.", key="out", actor=events.SYSTEM
        )
        monkeypatch.setattr("payments.refund_sending.remaining", lambda payment: -1)
        assert go_on(self.at_paystack(refund)).state == "failed"
        monkeypatch.undo()
        given_by_hand(refunds.try_again(refund.pk, events.SYSTEM))
        delivered(order)
        found = arrives(asked(order))
        returns.close_without_money(found.pk, events.SYSTEM, "The label is gone.")
        one_is_refunded_and_kept(order)
        assert counted(order) == 0
        assert asked(order).state == "approved"

    def at_paystack(self, refund: Refund) -> int:
        """An order of these tests is paid without Paystack, which would leave its refund to staff."""
        type(refund.payment).objects.filter(pk=refund.payment_id).update(provider_transaction_id=77)
        return refund.pk


def test_what_is_put_back_on_sale_is_not_kept(medium: VariantSize, sandbox: Sandbox) -> None:
    order = paid(placed_order((medium, 2)))
    refund = refunds.request(
        order.pk, lines={order.lines.get().pk: 1}, restock=True, reason="Sold out.", key="out", actor=events.SYSTEM
    )
    assert (counted(order), refund.lines.get().kept) == (0, False)


class TestGift:
    """Less than a piece cost is given for it: it is worn on, or comes back all the same."""

    def give(self, order: Order) -> Refund:
        lines = {order.lines.get().pk: 2}
        return given_by_hand(
            refunds.request(order.pk, lines=lines, amount=50_000, reason="A seam.", key="gift", actor=events.SYSTEM)
        )

    def test_the_pieces_may_still_come_back(self, order: Order) -> None:
        assert self.give(order).amount_subunit == 50_000
        assert asked(order, 2).state == "approved"

    def test_a_gift_stays_with_them_while_any_money_of_the_order_is_left(self, order: Order) -> None:
        self.give(order)
        found = arrives(asked(order, 2))
        assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == 2 * PRICE

    def test_a_return_under_way_keeps_its_money(self, order: Order) -> None:
        found = asked(order)
        self.give(order)
        assert returning.give_back(arrives(found).pk, events.SYSTEM).amount_subunit == PRICE


def test_the_page_offers_what_is_left(order: Order, client: Client) -> None:
    one_is_refunded_and_kept(order)
    page = client.get(f"/orders/{order.token}/return/").text
    assert '<option value="1" selected>' in page
    assert '<option value="2">' not in page

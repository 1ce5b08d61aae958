"""The second size is not right either: what was got in exchange comes back like any piece, as itself and once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from catalog.models import Category, StockMovement, VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from orders import bag, checkout, events, exchanges, return_changes, return_policy, returns
from orders.models import Order, Return, ReturnLine
from orders.returns import Wish
from payments import refunds, returning
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    VariantSizeFactory,
    delivered,
    delivered_order,
    given_by_hand,
    lagos,
    paid,
)
from tests.purchase.exchanging import arrived, asked, exchanged, pieces
from tests.purchase.exchanging import swap as swap
from tests.purchase.sending_back import act, on_hand, receive, text_of
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order
from tests.purchase.sending_back import small as small

pytestmark = pytest.mark.django_db
PRICE = 900_000


@pytest.fixture
def only(order: Order, swap: Return, large: VariantSize) -> Order:
    """The other M came back already: the L is all that the customer has."""
    returns.close(arrived(asked(order, "M")).pk, events.SYSTEM)
    return order


def is_over(order: Order, settings: Any) -> None:
    """The time of what was sent with the order itself."""
    long_ago = Now() - timedelta(days=settings.RETURN_DAYS + 30)
    Order.objects.filter(pk=order.pk).update(delivered_at=long_ago)


def test_it_comes_back_for_its_money(
    order: Order, swap: Return, medium: VariantSize, large: VariantSize, sandbox: Sandbox
) -> None:
    assert (on_hand(medium), on_hand(large)) == (4, 1)
    found = arrived(asked(order, "L"))
    assert (found.state, on_hand(medium), on_hand(large)) == ("received", 4, 2)
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == PRICE
    assert set(pieces(order)) == {"M"}


def test_it_comes_back_for_a_third_size_and_that_one_too(
    order: Order, swap: Return, large: VariantSize, small: VariantSize, sandbox: Sandbox
) -> None:
    exchanged(order, "L", small.sku)
    assert (on_hand(large), on_hand(small)) == (2, 1)
    assert set(pieces(order)) == {"M", "S"}
    found = arrived(asked(order, "S"))
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == PRICE
    assert on_hand(small) == 2
    assert set(pieces(order)) == {"M"}


def test_the_first_size_may_be_wanted_again_and_the_one_that_it_has_may_not(
    order: Order, swap: Return, medium: VariantSize, large: VariantSize, client: Client
) -> None:
    piece = pieces(order)["L"]
    page = client.get(f"/orders/{order.token}/return/").text
    choice = page.partition(f'<select id="size-{piece.key}"')[2].partition("</select>")[0]
    assert medium.sku in choice
    assert large.sku not in choice
    with pytest.raises(ShopError, match="Choose the size that you want") as refused:
        asked(order, "L", large.sku)
    assert refused.value.field == f"size_{piece.key}"
    exchanged(order, "L", medium.sku)
    assert (on_hand(medium), on_hand(large)) == (3, 2)


def test_it_comes_back_once(only: Order) -> None:
    (piece,) = pieces(only).values()
    for quantity in (2, 1):
        wish = {piece.key: Wish(quantity)}
        if quantity == 1:
            returns.close_without_money(arrived(asked(only, "L")).pk, events.SYSTEM, "Worn.")
        with pytest.raises(ShopError, match="no more can come back"):
            returns.request(only.pk, wish, "refund", "size", "", events.CUSTOMER)
    assert not return_policy.may_be_asked(only)


def test_not_before_it_was_sent(order: Order, large: VariantSize) -> None:
    found = arrived(asked(order, "M", large.sku))
    assert set(pieces(order)) == {"M"}
    exchanges.send(found.pk, "GIG", "", events.SYSTEM)
    assert set(pieces(order)) == {"L", "M"}


def test_worn_it_is_written_off_itself(order: Order, swap: Return, medium: VariantSize, large: VariantSize) -> None:
    found = arrived(asked(order, "L", medium.sku), "damaged")
    assert (found.state, on_hand(medium), on_hand(large)) == ("closed", 4, 1)
    moved = StockMovement.objects.filter(source_type="return_line", source_id=found.lines.get().pk)
    assert set(moved.values_list("variant_size", "reason", "change")) == {
        (large.pk, "return", 1),
        (large.pk, "damaged", -1),
    }
    assert order.events.filter(kind="return-received").latest("pk").data == {large.sku: "1 damaged, not exchanged"}
    assert set(pieces(order)) == {"M"}


def test_final_sale_holds_for_it_too(order: Order, swap: Return) -> None:
    Category.objects.update(final_sale=True)
    with pytest.raises(ShopError, match="for hygiene") as refused:
        asked(order, "L")
    assert refused.value.field == f"line_{order.lines.get().pk}-{swap.lines.get().pk}"
    assert asked(order, "L", reason="faulty").state == "approved"


def test_both_in_one_parcel(
    order: Order, swap: Return, medium: VariantSize, large: VariantSize, sandbox: Sandbox
) -> None:
    wishes = {piece.key: Wish(1) for piece in pieces(order).values()}
    found = returns.request(order.pk, wishes, "refund", "size", "", events.CUSTOMER)
    found = arrived(returns.approve(found.pk, events.SYSTEM))
    assert (on_hand(medium), on_hand(large)) == (5, 2)
    refund = returning.give_back(found.pk, events.SYSTEM)
    assert (refund.amount_subunit, refund.lines.get().quantity) == (2 * PRICE, 2)


def test_a_part_of_a_bundle_too(medium: VariantSize, large: VariantSize, sandbox: Sandbox) -> None:
    from_bundle = bundle_of_two(medium)
    component = from_bundle.lines.filter(kind="component").first()
    assert component
    exchanged(from_bundle, "M", large.sku)
    found = arrived(asked(from_bundle, "L"))
    assert on_hand(large) == 2
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == component.paid.amount


def bundle_of_two(size: VariantSize) -> Order:
    lagos()
    bundle = BundleFactory(eligible=[size.variant.product], pieces=2)
    held = bag.open_bag()
    bag.add_bundle(held, bundle.slug, [size.sku, size.sku])
    return delivered(paid(checkout.place_order(held, ADA, LAGOS_ISLAND)))


class TestTime:
    """It has its own, from the day by which it should be there."""

    def test_an_order_whose_own_is_over_has_a_form_for_it_alone(
        self, order: Order, swap: Return, settings: Any, client: Client
    ) -> None:
        is_over(order, settings)
        page = client.get(f"/orders/{order.token}/return/").text
        assert ", L, got in exchange</legend>" in page
        assert ", M</legend>" not in page
        with pytest.raises(ShopError, match=r"in M could come back within 14 days") as refused:
            asked(order, "M")
        assert refused.value.field == f"line_{order.lines.get().pk}"
        assert asked(order, "L").state == "approved"

    def test_its_way_to_the_customer_does_not_count(self, order: Order, swap: Return, settings: Any) -> None:
        """Five working days are a week."""
        is_over(order, settings)
        Order.objects.update(delivery_max_days=5)
        sent_ago(settings.RETURN_DAYS + 7, less=True)
        assert pieces(order)["L"].is_in_time
        sent_ago(settings.RETURN_DAYS + 7, less=False)
        assert not pieces(order)["L"].is_in_time

    def test_after_it_all_is_over(self, order: Order, swap: Return, settings: Any, client: Client) -> None:
        is_over(order, settings)
        sent_ago(settings.RETURN_DAYS + 20, less=False)
        with pytest.raises(Conflict, match="within 14 days of their delivery"):
            asked(order, "L")
        assert "that time is over" in client.get(f"/orders/{order.token}/return/").text

    @pytest.mark.breaks_invariants
    def test_of_an_erased_person_nobody_sends_it(self, order: Order, swap: Return) -> None:
        Order.objects.filter(pk=order.pk).update(erased_at=Now())
        assert not any(piece.is_in_time for piece in return_policy.pieces_of(order))


def sent_ago(days: int, *, less: bool) -> None:
    minute = timedelta(minutes=1)
    Return.objects.filter(sent_at__isnull=False).update(
        sent_at=Now() - timedelta(days=days) + (minute if less else -minute)
    )


class TestMoney:
    def one_is_refunded(self, order: Order, key: str = "torn") -> None:
        lines = {order.lines.get().pk: 1}
        given_by_hand(refunds.request(order.pk, lines=lines, reason="Torn.", key=key, actor=events.SYSTEM))

    def both_are_refunded(self, only: Order) -> None:
        """The M that came back, and the L that is kept."""
        for key in ("M", "L"):
            self.one_is_refunded(only, key)

    def test_of_two_pieces_one_is_kept_for_nothing_and_either_comes_back(
        self, order: Order, swap: Return, sandbox: Sandbox
    ) -> None:
        self.one_is_refunded(order)
        assert {size: piece.left for size, piece in pieces(order).items()} == {"M": 1, "L": 1}
        wishes = {piece.key: Wish(1) for piece in pieces(order).values()}
        with pytest.raises(ShopError, match="no more can come back"):
            returns.request(order.pk, wishes, "refund", "size", "", events.CUSTOMER)
        found = arrived(asked(order, "L"))
        assert pieces(order) == {}
        assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == PRICE
        assert pieces(order) == {}

    def test_what_is_kept_for_nothing_does_not_come_back(self, only: Order, sandbox: Sandbox) -> None:
        self.both_are_refunded(only)
        assert pieces(only) == {}

    @pytest.mark.parametrize("is_kept", [False, True])
    def test_its_mail_invites_nobody_to_send_back_what_is_kept_for_nothing(
        self, medium: VariantSize, large: VariantSize, sandbox: Sandbox, is_kept: bool
    ) -> None:
        order = delivered_order((medium, 1))
        found = arrived(asked(order, "M", large.sku))
        if is_kept:
            self.one_is_refunded(order)
        exchanges.send(found.pk, "GIG", "", events.SYSTEM)
        assert ("ask on the page of the order to send it back" in text_of("return-sent")) is not is_kept
        assert return_policy.may_be_asked(order) is not is_kept

    def test_no_third_size_for_money_that_went_back_on_its_way(
        self, only: Order, large: VariantSize, small: VariantSize, sandbox: Sandbox
    ) -> None:
        found = asked(only, "L", small.sku)
        self.both_are_refunded(only)
        with pytest.raises(Conflict, match="so no other size goes out"):
            arrived(found)
        found = arrived(return_changes.give_money_instead(found.pk, events.SYSTEM))
        assert returning.due_for(found).amount.amount == 0
        assert (on_hand(large), on_hand(small)) == (2, 2)


class TestTurnsOutOtherwise:
    def test_given_up_it_may_be_asked_for_anew_and_does_not_arrive_twice(self, only: Order, large: VariantSize) -> None:
        lost = return_changes.give_up(asked(only, "L").pk, events.SYSTEM)
        assert set(pieces(only)) == {"L"}
        anew = asked(only, "L")
        with pytest.raises(Conflict, match=f"Return {anew.pk} is on its way back, of the same pieces"):
            arrived(lost)
        arrived(anew)
        with pytest.raises(Conflict, match="came back or were refunded in another way"):
            arrived(lost)
        assert on_hand(large) == 2

    def test_given_up_it_arrives_after_all(self, only: Order, large: VariantSize) -> None:
        lost = return_changes.give_up(asked(only, "L").pk, events.SYSTEM)
        assert (arrived(lost).state, on_hand(large)) == ("received", 2)

    def test_it_gets_another_size_than_was_wanted(
        self,
        order: Order,
        swap: Return,
        medium: VariantSize,
        large: VariantSize,
        small: VariantSize,
        desk: Client,  # noqa: F811
    ) -> None:
        found = asked(order, "L", small.sku)
        page = desk.get(reverse("admin:orders_return_another_size", args=[found.pk])).text
        assert f'value="{medium.sku}"' in page
        assert f'value="{large.sku}"' not in page
        act(desk, found, "another_size", **{f"line_{found.lines.get().pk}": medium.sku})
        assert order.events.get(kind="return-changed").data == {large.sku: medium.sku}
        receive(desk, found)
        assert (found.state, on_hand(medium), on_hand(large), on_hand(small)) == ("closed", 3, 2, 2)

    def test_of_two_pieces_of_one_size_the_timeline_tells_both(
        self, order: Order, swap: Return, medium: VariantSize, large: VariantSize, small: VariantSize
    ) -> None:
        """One as it was first sent, the other got for an L."""
        larger = VariantSizeFactory(on_hand=2, price_kobo=PRICE, variant=medium.variant, size__name="XL")
        exchanged(order, "L", medium.sku)
        wishes = {piece.key: Wish(1, large.sku) for piece in return_policy.pieces_of(order) if piece.left}
        found = returns.request(order.pk, wishes, "exchange", "size", "", events.CUSTOMER)
        returns.approve(found.pk, events.SYSTEM)
        chosen = dict(zip(found.lines.values_list("pk", flat=True), (small.sku, larger.sku), strict=True))
        return_changes.give_another_size(found.pk, chosen, events.SYSTEM)
        assert order.events.get(kind="return-changed").data == {medium.sku: f"{small.sku}; {larger.sku}"}
        arrived(found)
        assert order.events.filter(kind="return-received").latest("pk").data == {medium.sku: "1 sound; 1 sound"}


class TestTheDatabaseRefuses:
    def brings(self, swap: Return, quantity: int = 1, state: str = "requested", **columns: Any) -> ReturnLine:
        parcel = Return.objects.create(order=swap.order, kind="refund", state=state, reason="size", received_at=Now())
        given = swap.lines.get()
        columns = {"order_line": given.order_line, "came_by": given} | columns
        return ReturnLine.objects.create(parcel=parcel, quantity=quantity, **columns)

    def refuses(self, swap: Return, **columns: Any) -> None:
        with pytest.raises(IntegrityError, match="more than an exchange gave"), transaction.atomic():
            self.brings(swap, **columns)

    def test_more_than_was_given(self, swap: Return) -> None:
        self.refuses(swap, quantity=2)

    def test_what_was_not_sent(self, order: Order, large: VariantSize) -> None:
        self.refuses(arrived(asked(order, "M", large.sku)))

    def test_what_was_not_exchanged(self, order: Order) -> None:
        self.refuses(arrived(asked(order, "M")))

    def test_what_is_of_another_order(self, swap: Return, medium: VariantSize) -> None:
        self.refuses(swap, order_line=bundle_of_two(medium).lines.filter(kind="component")[0])

    def test_a_second_parcel_that_arrives_after_all(self, swap: Return) -> None:
        lost, anew = self.brings(swap, state="lost"), self.brings(swap, state="requested")
        with pytest.raises(IntegrityError, match="more than an exchange gave"), transaction.atomic():
            Return.objects.filter(pk=lost.parcel_id).update(state="received")
        Return.objects.filter(pk=anew.parcel_id).update(state="refused")
        with transaction.atomic():
            Return.objects.filter(pk=lost.parcel_id).update(state="approved")

    def test_the_same_pieces_twice_in_a_parcel(self, swap: Return) -> None:
        line = self.brings(swap)
        line.parcel.lines.create(order_line=line.order_line, quantity=1)
        for came_by in (line.came_by, None):
            with pytest.raises(IntegrityError, match="return_line_once"), transaction.atomic():
                line.parcel.lines.create(order_line=line.order_line, came_by=came_by, quantity=1)

    def test_a_change_of_what_was_asked_for(self, swap: Return) -> None:
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            swap.lines.update(quantity=F("quantity") + 1)

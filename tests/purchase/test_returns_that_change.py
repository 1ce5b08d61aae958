"""An approved return that turns out otherwise: money instead, another size, a parcel that never comes, a worn piece."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts import privacy
from catalog import stock
from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, other_sizes, return_changes, return_policy, returns
from orders.models import Order, Return
from orders.returns import Wish
from payments import returning
from payments.models import Refund
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import VariantFactory, VariantSizeFactory
from tests.purchase.sending_back import act, approved, offered, on_hand, receive, sent_in_another_size, text_of
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order
from tests.purchase.sending_back import small as small

pytestmark = pytest.mark.django_db


def test_an_exchange_on_its_way_has_four_exits(order: Order, large: VariantSize, desk: Client) -> None:  # noqa: F811
    assert offered(desk, approved(order, large.sku)) == {"receive", "money_instead", "another_size", "give_up"}


def test_a_return_for_money_is_not_turned_into_money(order: Order, desk: Client) -> None:  # noqa: F811
    assert offered(desk, approved(order)) == {"receive", "give_up"}


def test_where_the_size_is_gone_staff_read_what_to_do(order: Order, large: VariantSize, desk: Client) -> None:  # noqa: F811
    found = approved(order, large.sku)
    stock.adjust(large.pk, -2, "damaged")
    said = receive(desk, found)
    assert "is sold out. Nothing was exchanged. Choose another size for this return, or money instead" in said
    assert "bag" not in said
    assert found.state == "approved"


def test_an_exchange_becomes_money(
    order: Order,
    medium: VariantSize,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
) -> None:
    found = approved(order, large.sku)
    stock.adjust(large.pk, -2, "damaged")
    act(desk, found, "money_instead", answer="L is sold out.")
    assert (found.kind, found.state, found.answer) == ("refund", "approved", "L is sold out.")
    mail = text_of("return-changed")
    assert "L is sold out." in mail
    assert "for your money now" in mail
    assert "size L" not in mail.partition("This return")[0]
    receive(desk, found)
    act(desk, found, "refund")
    assert (found.state, on_hand(medium), Refund.objects.get().amount_subunit) == ("closed", 4, 900_000)


def test_an_exchange_gets_another_size(
    order: Order,
    large: VariantSize,
    small: VariantSize,
    desk: Client,  # noqa: F811
) -> None:
    found = approved(order, large.sku)
    stock.adjust(large.pk, -2, "damaged")
    line = found.lines.get()
    dear = VariantSizeFactory(on_hand=5, price_kobo=950_000, variant=large.variant, size__name="XL")
    page = desk.get(reverse("admin:orders_return_another_size", args=[found.pk])).text
    assert small.sku in page
    assert dear.sku not in page
    act(desk, found, "another_size", **{f"line_{line.pk}": small.sku})
    assert "in exchange for size S" in text_of("return-changed")
    receive(desk, found)
    assert (found.state, on_hand(small)) == ("closed", 1)


def test_another_colour_is_named(order: Order, medium: VariantSize, large: VariantSize) -> None:
    """Of one in the same colour, the size says enough."""
    variant = VariantFactory(product=medium.variant.product, colour__slug="olive", colour__name="Olive")
    olive = VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=variant, size=medium.size)
    found = approved(order, large.sku)
    assert ", size M, in exchange for size L\n" in text_of("return-approved")
    return_changes.give_another_size(found.pk, {found.lines.get().pk: olive.sku}, events.SYSTEM)
    mail = outbox.compose(OutgoingMail.objects.get(kind="return-changed"))
    for text in (mail.text, mail.html):
        assert ", size M, in exchange for Olive, size M" in text


def test_each_change_has_its_mail_and_the_same_one_is_harmless(
    order: Order, large: VariantSize, small: VariantSize
) -> None:
    found = approved(order, large.sku)
    line = found.lines.get().pk
    for size in (small, small, large):
        return_changes.give_another_size(found.pk, {line: size.sku}, events.SYSTEM)
    for _ in range(2):
        return_changes.give_money_instead(found.pk, events.SYSTEM)
    assert order.events.filter(kind="return-changed").count() == 3
    assert OutgoingMail.objects.filter(kind="return-changed").count() == 3


def test_what_is_no_size_is_refused_with_its_line(order: Order, large: VariantSize) -> None:
    found = approved(order, large.sku)
    line = found.lines.get().pk
    with pytest.raises(ShopError, match="Choose the size") as refused:
        return_changes.give_another_size(found.pk, {line: "NO-SUCH"}, events.SYSTEM)
    assert refused.value.field == f"line_{line}"


def test_what_has_arrived_is_not_changed(order: Order, large: VariantSize) -> None:
    found = approved(order, large.sku)
    returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    for change in (return_changes.give_money_instead, return_changes.give_up):
        with pytest.raises(Conflict, match=f"Return {found.pk} is done. Only one that is"):
            change(found.pk, events.SYSTEM)


def test_a_parcel_that_never_came_makes_room_for_another(order: Order, desk: Client, client: Client) -> None:  # noqa: F811
    found = approved(order)
    act(desk, found, "give_up", answer="We waited for three weeks.")
    assert found.state == "lost"
    mail = text_of("return-lost")
    assert "We waited for three weeks." in mail
    assert "receipt of the courier" in mail
    assert "It did not reach us" in client.get(order.get_absolute_url()).text
    assert (
        returns.request(order.pk, {order.lines.get().pk: Wish(2)}, "refund", "size", "", events.CUSTOMER).state
        == "requested"
    )


def test_what_arrives_after_all_is_received(
    order: Order,
    medium: VariantSize,
    desk: Client,  # noqa: F811
    settings: Any,
) -> None:
    found = approved(order)
    act(desk, found, "give_up")
    Order.objects.update(delivered_at=Now() - timedelta(days=settings.RETURN_DAYS, minutes=1))
    receive(desk, found)
    assert (found.state, found.closed_at, on_hand(medium)) == ("received", None, 4)


def test_an_exchange_that_arrives_after_all_has_exits_when_its_size_is_gone(
    order: Order,
    large: VariantSize,
    desk: Client,  # noqa: F811
) -> None:
    found = approved(order, large.sku)
    act(desk, found, "give_up")
    stock.adjust(large.pk, -2, "damaged")
    assert "or money instead" in receive(desk, found)
    assert offered(desk, found) == {"receive", "money_instead", "another_size"}
    act(desk, found, "money_instead")
    receive(desk, found)
    assert (found.kind, found.state) == ("refund", "received")


def test_an_answer_that_nobody_would_read_is_refused(order: Order, large: VariantSize) -> None:
    found = approved(order, large.sku)
    same = {found.lines.get().pk: large.sku}
    with pytest.raises(ShopError, match="for these sizes already") as refused:
        return_changes.give_another_size(found.pk, same, events.SYSTEM, "It is L.")
    assert refused.value.field == "answer"
    assert not OutgoingMail.objects.filter(kind="return-changed").exists()


def test_what_was_closed_without_money_gets_none_by_an_old_page(order: Order, sandbox: Sandbox) -> None:
    found = approved(order)
    returns.receive(found.pk, {found.lines.get().pk: "damaged"}, events.SYSTEM)
    returns.close_without_money(found.pk, events.SYSTEM, "Worn.")
    with pytest.raises(Conflict, match="closed without money"):
        returning.give_back(found.pk, events.SYSTEM)
    assert not Refund.objects.exists()


def test_what_was_asked_back_anew_does_not_arrive_twice(order: Order, medium: VariantSize) -> None:
    found = approved(order)
    return_changes.give_up(found.pk, events.SYSTEM)
    anew = returns.request(order.pk, {order.lines.get().pk: Wish(2)}, "refund", "size", "", events.CUSTOMER)
    with pytest.raises(Conflict, match=f"Return {anew.pk} is not decided yet, of the same pieces. Refuse or receive"):
        returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    assert on_hand(medium) == 3
    returns.refuse(anew.pk, events.SYSTEM, "It came after all.")
    returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)
    assert on_hand(medium) == 4


def test_what_was_said_at_one_step_is_not_said_at_the_next(order: Order, desk: Client) -> None:  # noqa: F811
    wishes = {order.lines.get().pk: Wish(1)}
    found = returns.request(order.pk, wishes, "refund", "size", "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM, "Please use any courier.")
    act(desk, found, "give_up")
    assert "any courier" not in text_of("return-lost")
    assert found.answer == ""


@pytest.mark.parametrize("kobo", [950_000, 900_000])
def test_a_size_that_is_sold_no_longer_has_its_price_still(order: Order, large: VariantSize, kobo: int) -> None:
    medium = order.lines.get().variant_size
    VariantSize.objects.filter(pk=medium.pk).update(active=False)  # type: ignore[union-attr]
    VariantSize.objects.filter(pk=large.pk).update(price_kobo=kobo)
    (piece,) = return_policy.pieces_of(order)
    if kobo == 900_000:
        assert other_sizes.chosen(piece, large.sku, 1) == large
        assert other_sizes.in_its_colour(piece) == [large]
        return
    assert other_sizes.in_its_colour(piece) == []
    with pytest.raises(ShopError, match="costs something else"):
        other_sizes.chosen(piece, large.sku, 1)


class TestWornPieceOfAnExchange:
    def test_it_is_written_off_and_not_swapped(
        self,
        order: Order,
        medium: VariantSize,
        large: VariantSize,
        desk: Client,  # noqa: F811
    ) -> None:
        found = approved(order, large.sku)
        receive(desk, found, "damaged")
        assert (found.state, on_hand(medium), on_hand(large)) == ("closed", 3, 2)
        assert found.lines.get().exchange_to is None
        assert order.events.get(kind="return-received").data == {medium.sku: "1 damaged, not exchanged"}
        mail = text_of("return-received")
        assert "worn or damaged: not exchanged" in mail
        assert "The other size leaves us" not in mail
        assert offered(desk, found) == set()
        page = desk.get(order.get_absolute_url()).text
        assert "Done." in page
        assert "worn or damaged, not exchanged" in page

    @pytest.mark.parametrize("reason", ["faulty", "wrong"])
    def test_what_is_the_shops_fault_is_swapped(self, order: Order, large: VariantSize, reason: str) -> None:
        found = approved(order, large.sku, reason)
        assert "as new" not in text_of("return-approved")
        found = returns.receive(found.pk, {found.lines.get().pk: "damaged"}, events.SYSTEM)
        assert on_hand(large) == 1
        assert "The other size leaves us next." in text_of("return-received")


def test_only_what_is_faulty_may_come_back_worn(order: Order, client: Client) -> None:
    found = approved(order)
    assert "unworn and with its tags" in text_of("return-approved")
    return_changes.give_up(found.pk, events.SYSTEM)
    approved(order, reason="faulty")
    mail = outbox.compose(OutgoingMail.objects.filter(kind="return-approved").order_by("pk").last())  # type: ignore[arg-type]
    assert "unworn" not in mail.text + mail.html


def test_the_size_that_was_sent_is_the_one_that_comes_back(
    medium: VariantSize,
    large: VariantSize,
    desk: Client,  # noqa: F811
    client: Client,
) -> None:
    order = sent_in_another_size(medium, large)
    found = approved(order)
    for address in ("change", "receive"):
        page = desk.get(reverse(f"admin:orders_return_{address}", args=[found.pk])).text
        assert "L instead of M" in page
    assert large.sku in desk.get(reverse("admin:orders_return_change", args=[found.pk])).text
    told = client.get(f"/api/v1/orders/{order.token}/").json()["returns"][0]["lines"][0]
    assert told["sku"] == large.sku


class TestItsPersonIsErased:
    """Meanwhile: it was given up. What staff write is for nobody to read, and is not kept as if it were."""

    def given_up(self, order: Order, size: str = "") -> Return:
        found = return_changes.give_up(approved(order, size).pk, events.SYSTEM)
        privacy.erase_guest(order.email)
        return found

    def test_it_is_closed_without_money(self, order: Order) -> None:
        found = self.given_up(order)
        returns.receive(found.pk, {found.lines.get().pk: "damaged"}, events.SYSTEM)
        closed = returns.close_without_money(found.pk, events.SYSTEM, "Ada, it was worn.")
        assert (closed.state, closed.answer) == ("unpaid", "")
        assert order.events.get(kind="return-unpaid").data == {"answer": "Ada, it was worn."}

    def test_it_is_for_money_instead(self, order: Order, large: VariantSize) -> None:
        changed = return_changes.give_money_instead(
            self.given_up(order, large.sku).pk, events.SYSTEM, "Ada, it is gone."
        )
        assert (changed.kind, changed.answer) == ("refund", "")

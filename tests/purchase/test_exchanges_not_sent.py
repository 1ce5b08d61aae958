"""An exchange that was received and cannot be sent: its other size is torn or gone, or the customer wants the money."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel import timeline
from catalog.models import StockMovement, VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, exchanges, return_changes, return_policy, returns
from orders.models import Order, Return
from orders.returns import Wish
from payments import audit, refunds, returning
from payments.models import Refund
from tests.admin.conftest import desk, desk_of, owner  # noqa: F401 - fixtures
from tests.factories import VariantSizeFactory, delivered_order
from tests.purchase.exchanging import arrived, asked, exchanged
from tests.purchase.sending_back import act, approved, offered, on_hand, text_of
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order
from tests.purchase.sending_back import small as small

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(order: Order, large: VariantSize) -> Return:
    """Of two of size M one is back, and an L is taken from the shelf for it."""
    return arrived(asked(order, "M", large.sku))


def not_sent(found: Return, condition: str = "sound", answer: str = "") -> Return:
    conditions = {line.pk: condition for line in found.lines.filter(exchange_to__isnull=False)}
    return return_changes.keep_unsent(found.pk, conditions, events.SYSTEM, answer)


def by_line(found: Return, condition: str) -> dict[str, str]:
    return {f"line_{line.pk}": condition for line in found.lines.all()}


def test_staff_have_two_ways_until_it_is_sent(waiting: Return, desk: Client) -> None:  # noqa: F811
    page = reverse("admin:orders_return_change", args=[waiting.pk])
    address = reverse("admin:orders_return_not_sent", args=[waiting.pk])
    assert offered(desk, waiting) == {"send"}
    assert address in desk.get(page).text
    exchanges.send(waiting.pk, "GIG", "", events.SYSTEM)
    assert address not in desk.get(page).text


@pytest.mark.parametrize(("condition", "on_the_shelf"), [("sound", 2), ("damaged", 1)])
def test_its_money_goes_back_and_its_size_is_on_sale_or_written_off(
    waiting: Return,
    medium: VariantSize,
    large: VariantSize,
    desk: Client,  # noqa: F811
    sandbox: Sandbox,
    condition: str,
    on_the_shelf: int,
) -> None:
    assert on_hand(large) == 1
    said = act(desk, waiting, "not_sent", answer="Its seam is torn.", **by_line(waiting, condition))
    assert "for money now" in said
    assert (waiting.kind, waiting.state, waiting.closed_at) == ("refund", "received", None)
    line = waiting.lines.get()
    assert (line.exchange_to, line.stayed, line.stayed_as) == (None, large, condition)
    assert (on_hand(medium), on_hand(large)) == (4, on_the_shelf)
    assert offered(desk, waiting) == {"refund", "close"}

    act(desk, waiting, "refund")
    assert (waiting.state, Refund.objects.get().amount_subunit) == ("closed", 900_000)
    assert audit.violations() == []


def test_whoever_packs_may_do_it_and_leaves_the_money_to_those_who_may(
    waiting: Return,
    desk_of: Callable[..., Client],  # noqa: F811
) -> None:
    packer = desk_of("orders.view_return", "orders.change_return")
    act(packer, waiting, "not_sent", **by_line(waiting, "damaged"))
    assert waiting.state == "received"
    assert offered(packer, waiting) == set()


def test_its_customer_reads_that_no_size_comes(order: Order, waiting: Return, client: Client) -> None:
    not_sent(waiting, "damaged", "Its seam is torn.")
    mail = outbox.compose(OutgoingMail.objects.get(kind="return-changed"))
    for text in (mail.text, mail.html):
        assert "Its seam is torn." in text
        assert "size M" in text
        assert "size L" not in text
        assert "the other size does not leave us" in text
        assert "We give your money back the way you paid, and write when it is on its way." in text
        assert "expect" not in text
        assert "When it is here" not in text
    page = client.get(order.get_absolute_url()).text
    assert "It is here. We write to you about its money." in page
    assert "L leaves us" not in page
    told = client.get(f"/api/v1/orders/{order.token}/").json()["returns"][0]
    assert (told["kind"], told["state"], told["lines"][0]["size"]) == ("refund", "received", None)


def test_the_timeline_says_what_became_of_the_size(order: Order, waiting: Return, large: VariantSize) -> None:
    actor = events.Actor("packer@prechi.test")
    return_changes.keep_unsent(waiting.pk, {waiting.lines.get().pk: "damaged"}, actor)
    event = order.events.get(kind="return-changed")
    assert (event.actor_label, event.data) == (actor.label, {"instead": "money", large.sku: "1 damaged"})
    assert timeline.details(event) == f"Instead: money; {large.sku}: 1 worn or damaged, written off"


def test_twice_is_once(waiting: Return, large: VariantSize) -> None:
    for condition in ("sound", "damaged"):
        not_sent(waiting, condition)
    assert on_hand(large) == 2
    assert OutgoingMail.objects.filter(kind="return-changed").count() == 1


def test_what_was_sent_is_not_here(waiting: Return) -> None:
    exchanges.send(waiting.pk, "GIG", "", events.SYSTEM)
    with pytest.raises(Conflict, match="Nothing of this return is to be sent"):
        not_sent(waiting)


def test_what_is_not_sent_is_not_sent_later(waiting: Return, desk: Client) -> None:  # noqa: F811
    not_sent(waiting)
    with pytest.raises(Conflict, match="Nothing of this return is to be sent"):
        exchanges.send(waiting.pk, "GIG", "", events.SYSTEM)
    answer = desk.get(reverse("admin:orders_return_slip", args=[waiting.pk]), follow=True)
    assert "Nothing of this return is to be sent" in answer.text


@pytest.mark.parametrize("size", ["", "L"])
def test_what_is_on_its_way_back_has_no_size_here(order: Order, large: VariantSize, size: str) -> None:
    found = approved(order, large.sku if size else "")
    with pytest.raises(Conflict, match="Nothing of this return is to be sent"):
        not_sent(found)


def test_staff_say_what_becomes_of_each_piece(waiting: Return, large: VariantSize) -> None:
    with pytest.raises(ShopError, match="on sale") as refused:
        return_changes.keep_unsent(waiting.pk, {}, events.SYSTEM)
    assert refused.value.field == f"line_{waiting.lines.get().pk}"
    assert on_hand(large) == 1


@pytest.mark.breaks_invariants
def test_no_money_is_promised_while_a_bank_decides(order: Order, waiting: Return, large: VariantSize) -> None:
    Order.objects.filter(pk=order.pk).update(payment_status="disputed")
    with pytest.raises(Conflict, match="A bank may take the money"):
        not_sent(waiting)
    assert on_hand(large) == 1


def test_money_that_went_back_before_does_not_go_back_again(
    order: Order,
    waiting: Return,
    desk: Client,  # noqa: F811
) -> None:
    """Somebody refunded the order before anybody thought of the exchange. It is closed without money then."""
    refunds.request(order.pk, reason="L is torn.", key="by-hand", actor=events.SYSTEM)
    not_sent(waiting, "damaged")
    assert "less what went back before or is on its way" in text_of("return-changed")
    with pytest.raises(Conflict, match="Nothing can go back"):
        returning.give_back(waiting.pk, events.SYSTEM)
    assert offered(desk, waiting) == {"close"}
    act(desk, waiting, "close", answer="All of it went back already.")
    assert waiting.state == "unpaid"


def test_what_was_worn_stays_as_it_was_decided(
    medium: VariantSize, large: VariantSize, small: VariantSize, sandbox: Sandbox, client: Client
) -> None:
    """Of two pieces one was not exchanged: the money of the other alone goes back."""
    blouse = VariantSizeFactory(on_hand=3, price_kobo=500_000, size__name="M")
    order = delivered_order((medium, 1), (blouse, 1))
    other = VariantSizeFactory(on_hand=2, price_kobo=500_000, variant=blouse.variant, size__name="S")
    first, second = order.lines.order_by("pk")
    wishes = {first.pk: Wish(1, large.sku), second.pk: Wish(1, other.sku)}
    found = returns.request(order.pk, wishes, "exchange", "size", "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM)
    lines = {line.order_line_id: line.pk for line in found.lines.all()}
    returns.receive(found.pk, {lines[first.pk]: "sound", lines[second.pk]: "damaged"}, events.SYSTEM)
    not_sent(found)
    mail = text_of("return-changed")
    assert "worn or damaged: not exchanged" in mail
    assert "For what was worn or damaged nothing changes." in mail
    assert "A person decides" not in mail
    assert client.get(order.get_absolute_url()).text.count("worn or damaged, not exchanged") == 1
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == 900_000


def test_a_second_exchange_is_not_sent_either(
    order: Order, medium: VariantSize, large: VariantSize, small: VariantSize, sandbox: Sandbox
) -> None:
    exchanged(order, "M", large.sku)
    second = arrived(asked(order, "L", small.sku))
    not_sent(second)
    assert (on_hand(medium), on_hand(large), on_hand(small)) == (4, 2, 2)
    assert returning.give_back(second.pk, events.SYSTEM).amount_subunit == 900_000
    assert {piece.sent_size for piece in return_policy.pieces_of(order) if piece.left} == {"M"}


def test_a_piece_that_came_faulty_brings_its_money_though_it_is_worn(
    order: Order, large: VariantSize, sandbox: Sandbox
) -> None:
    found = arrived(asked(order, "M", large.sku, reason="faulty"), "damaged")
    not_sent(found)
    assert "A person decides" not in text_of("return-changed")
    assert returning.give_back(found.pk, events.SYSTEM).amount_subunit == 900_000


def test_the_ledger_says_why(waiting: Return, large: VariantSize) -> None:
    not_sent(waiting, "damaged")
    rows: Any = StockMovement.objects.filter(variant_size=large, source_type="not_sent").order_by("pk")
    assert [(row.reason, row.change, row.source_id) for row in rows] == [
        ("return", 1, waiting.lines.get().pk),
        ("damaged", -1, waiting.lines.get().pk),
    ]

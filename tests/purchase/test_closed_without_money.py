"""A return that is here and gets no money: its customer reads why, and none was promised."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, returns
from orders.models import Order, Return
from orders.returns import Wish
from payments import returning
from payments.models import Refund
from tests.admin.conftest import desk, desk_of, owner  # noqa: F401 - fixtures
from tests.factories import VariantSizeFactory, delivered_order

pytestmark = pytest.mark.django_db
WHY = "The label is gone and the hem is marked."


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M")


@pytest.fixture
def order(size: VariantSize, sandbox: Sandbox) -> Order:
    return delivered_order((size, 2))


def received(order: Order, condition: str, reason: str = "size") -> Return:
    found = returns.request(order.pk, {order.lines.get().pk: Wish(1)}, "refund", reason, "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM)
    return returns.receive(found.pk, {found.lines.get().pk: condition}, events.SYSTEM)


def text_of(kind: str) -> str:
    return outbox.compose(OutgoingMail.objects.get(kind=kind)).text


def close(staff: Client, found: Return, answer: str) -> Any:
    address = reverse("admin:orders_return_close", args=[found.pk])
    return staff.post(address, {"_form_submitted": "on", "answer": answer}, follow=True)


def test_its_customer_reads_why_in_a_mail_and_on_the_page(order: Order, desk: Client, client: Client) -> None:  # noqa: F811
    found = received(order, "damaged")
    close(desk, found, WHY)
    found.refresh_from_db()
    assert (found.state, found.answer) == ("unpaid", WHY)
    assert f"No money goes back for it: {WHY}" in text_of("return-unpaid")
    page = client.get(order.get_absolute_url()).text
    assert "no money goes back for it" in page
    assert WHY in page
    assert client.get(f"/api/v1/orders/{order.token}/").json()["returns"][0]["state"] == "unpaid"


def test_it_is_not_closed_without_a_word(order: Order, desk: Client) -> None:  # noqa: F811
    found = received(order, "damaged")
    assert "This field is required" in close(desk, found, "").text
    with pytest.raises(ShopError, match="Write why") as refused:
        returns.close_without_money(found.pk, events.SYSTEM, " ")
    assert refused.value.field == "answer"
    assert Return.objects.get().state == "received"


def test_harmless_twice_and_final(order: Order) -> None:
    found = received(order, "damaged")
    for _ in range(2):
        returns.close_without_money(found.pk, events.SYSTEM, WHY)
    assert OutgoingMail.objects.filter(kind="return-unpaid").count() == 1
    with pytest.raises(Conflict, match="closed without money"):
        returning.give_back(found.pk, events.SYSTEM)
    assert not Refund.objects.exists()


def test_its_pieces_do_not_come_back_again(order: Order, size: VariantSize) -> None:
    returns.close_without_money(received(order, "damaged").pk, events.SYSTEM, WHY)
    with pytest.raises(ShopError, match="no more can come back"):
        returns.request(order.pk, {order.lines.get().pk: Wish(2)}, "refund", "size", "", events.CUSTOMER)


def test_whoever_gives_no_money_back_does_not_refuse_it_either(
    order: Order,
    desk_of: Callable[..., Client],  # noqa: F811
) -> None:
    found = received(order, "damaged")
    packer = desk_of("orders.view_return", "orders.change_return", "orders.view_order")
    assert "Close without money" not in packer.get(reverse("admin:orders_return_change", args=[found.pk])).text
    close(packer, found, WHY)
    assert Return.objects.get().state == "received"


class TestMailAboutItsArrival:
    def test_a_worn_piece_is_promised_no_money(self, order: Order) -> None:
        received(order, "damaged")
        mail = text_of("return-received")
        assert "We give your money back" not in mail
        assert "A person decides what goes back for it" in mail

    @pytest.mark.parametrize(("condition", "reason"), [("sound", "size"), ("damaged", "faulty"), ("damaged", "wrong")])
    def test_any_other_is(self, order: Order, condition: str, reason: str) -> None:
        received(order, condition, reason)
        assert "We give your money back" in text_of("return-received")

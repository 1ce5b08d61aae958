"""Pieces come back: asked for, decided, received and paid; a size for a size in one swap, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from catalog import stock
from catalog.models import Category, StockMovement, VariantSize
from catalog.stock import OutOfStock
from core.errors import Conflict, ShopError
from devtools.sandbox.process import Sandbox
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, returns
from orders.models import Order, Return, ReturnLine
from orders.returns import Wish
from payments import returning
from payments.models import Refund
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import VariantFactory, VariantSizeFactory, delivered_order
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order

pytestmark = pytest.mark.django_db


def ask(order: Order, quantity: int = 1, kind: str = "refund", reason: str = "size", size: str = "") -> Return:
    wishes = {order.lines.get().pk: Wish(quantity, size)}
    return returns.request(order.pk, wishes, kind, reason, "Too tight.", events.CUSTOMER)


def arrives(found: Return, condition: str = "sound") -> Return:
    returns.approve(found.pk, events.SYSTEM)
    return returns.receive(found.pk, {line.pk: condition for line in found.lines.all()}, events.SYSTEM)


def on_hand(size: VariantSize) -> int:
    return VariantSize.objects.get(pk=size.pk).on_hand


def mails(kind: str) -> int:
    return OutgoingMail.objects.filter(kind=kind).count()


def test_what_comes_back_as_new_is_sold_again_and_paid(
    order: Order, medium: VariantSize, sandbox: Sandbox, settings: Any
) -> None:
    settings.STAFF_EMAILS = ["desk@prechi.test"]
    found = ask(order)
    assert (found.state, mails("return-requested"), mails("staff-return")) == ("requested", 1, 1)
    to_staff = outbox.compose(OutgoingMail.objects.get(kind="staff-return"))
    assert "Open the return: " in to_staff.text
    assert f"/admin/orders/return/{found.pk}/change/" in to_staff.text
    assert on_hand(medium) == 3
    found = arrives(found)
    assert (found.state, on_hand(medium)) == ("received", 4)
    refund = returning.give_back(found.pk, events.SYSTEM)
    assert refund.amount_subunit == 900_000
    found.refresh_from_db()
    assert found.state == "closed"
    assert [mails(kind) for kind in ("return-approved", "return-received", "refund-started")] == [1, 1, 1]
    told = outbox.compose(OutgoingMail.objects.get(kind="refund-started")).text
    assert "The reason: What you sent back has arrived." in told


def test_what_comes_back_worn_is_written_off(order: Order, medium: VariantSize) -> None:
    arrives(ask(order), "damaged")
    assert on_hand(medium) == 3
    moved = StockMovement.objects.filter(source_type="return_line").values_list("reason", "change")
    assert sorted(moved) == [("damaged", -1), ("return", 1)]


def test_every_step_twice_is_harmless(order: Order, medium: VariantSize, sandbox: Sandbox) -> None:
    found = ask(order)
    for _ in range(2):
        arrives(found)
    assert on_hand(medium) == 4
    refunds = {returning.give_back(found.pk, events.SYSTEM).pk for _ in range(2)}
    assert len(refunds) == 1
    assert Refund.objects.count() == 1


def test_a_size_for_a_size_is_one_swap(order: Order, medium: VariantSize, large: VariantSize) -> None:
    found = ask(order, 1, "exchange", size=large.sku)
    assert on_hand(large) == 2
    found = arrives(found)
    assert (found.state, on_hand(medium), on_hand(large)) == ("closed", 4, 1)
    with pytest.raises(Conflict, match="were not exchanged"):
        returning.give_back(found.pk, events.SYSTEM)


def test_a_swap_for_what_is_gone_changes_nothing(order: Order, medium: VariantSize, large: VariantSize) -> None:
    found = ask(order, 1, "exchange", size=large.sku)
    stock.adjust(large.pk, -2, "damaged")
    with pytest.raises(OutOfStock):
        arrives(found)
    found.refresh_from_db()
    assert (found.state, on_hand(medium), on_hand(large)) == ("approved", 3, 0)
    assert not StockMovement.objects.filter(source_type="return_line").exists()


def test_a_size_at_another_price_is_no_exchange(order: Order, large: VariantSize) -> None:
    VariantSize.objects.filter(pk=large.pk).update(price_kobo=950_000)
    with pytest.raises(ShopError, match="costs something else"):
        ask(order, 1, "exchange", size=large.sku)


@pytest.mark.parametrize("size", ["", "NO-SUCH", "a\0b"])
def test_an_exchange_names_its_size(order: Order, large: VariantSize, size: str) -> None:
    assert large.available
    with pytest.raises(ShopError, match="Choose the size") as refused:
        ask(order, 1, "exchange", size=size)
    assert refused.value.field == f"size_{order.lines.get().pk}"


def test_where_no_other_size_is_in_stock_nobody_is_sent_to_choose_one(order: Order, client: Client) -> None:
    line = order.lines.get().pk
    form = {f"line_{line}": "1", "kind": "exchange", "reason": "size"}
    page = client.post(f"/orders/{order.token}/return/", form).text
    assert "to exchange it for now: choose your money." in page
    assert f'href="#line-{line}"' in page


def test_a_piece_of_another_product_is_no_size_of_this_one(order: Order) -> None:
    other = VariantSizeFactory(on_hand=5, price_kobo=900_000)
    with pytest.raises(ShopError):
        ask(order, 1, "exchange", size=other.sku)


def test_no_more_than_was_bought(order: Order) -> None:
    with pytest.raises(ShopError, match="no more can come back"):
        ask(order, 3)
    arrives(ask(order, 2))
    with pytest.raises(ShopError):
        ask(order, 1)


def test_after_the_time_it_is_over(order: Order, settings: Any) -> None:
    Order.objects.update(delivered_at=Now() - timedelta(days=settings.RETURN_DAYS, minutes=1))
    with pytest.raises(Conflict, match=f"within {settings.RETURN_DAYS} days"):
        ask(order)


def test_final_sale_comes_back_only_when_it_is_faulty(order: Order) -> None:
    Category.objects.update(final_sale=True)
    with pytest.raises(ShopError, match="for hygiene"):
        ask(order)
    assert ask(order, reason="faulty").state == "requested"


def test_a_department_makes_its_categories_final_sale(order: Order, client: Client) -> None:
    category = order.lines.get().variant_size.variant.product.category  # type: ignore[union-attr]
    category.parent = Category.objects.create(name="Underwear", slug="underwear", final_sale=True)
    category.save()
    with pytest.raises(ShopError, match="for hygiene"):
        ask(order)
    assert "Underwear" in client.get("/help/returns/").text


def test_one_at_a_time(order: Order) -> None:
    ask(order)
    with pytest.raises(Conflict, match="under way"):
        ask(order)


def test_the_orders_page_asks_what_comes_back_while_something_can(order: Order, client: Client) -> None:
    link = reverse("orders:return", args=[order.token])
    assert link in client.get(order.get_absolute_url()).text
    found = ask(order, 2)
    assert link not in client.get(order.get_absolute_url()).text
    returns.refuse(found.pk, events.SYSTEM, "It was worn.")
    assert link in client.get(order.get_absolute_url()).text


def test_a_refused_one_may_be_asked_for_again(order: Order) -> None:
    found = returns.refuse(ask(order).pk, events.SYSTEM, "It was worn.")
    assert (found.state, mails("return-refused")) == ("refused", 1)
    with pytest.raises(Conflict):
        returns.approve(found.pk, events.SYSTEM)
    assert ask(order, 2).state == "requested"


def test_nothing_is_received_before_it_is_approved(order: Order) -> None:
    found = ask(order)
    with pytest.raises(Conflict, match="approve it first"):
        returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)


def test_each_piece_has_its_condition(order: Order) -> None:
    found = returns.approve(ask(order).pk, events.SYSTEM)
    with pytest.raises(ShopError, match="condition"):
        returns.receive(found.pk, {}, events.SYSTEM)


class TestOnThePages:
    def test_the_customer_asks_without_scripts(self, order: Order, client: Client) -> None:
        address = f"/orders/{order.token}/return/"
        assert address in client.get(f"/orders/{order.token}/").text
        assert "How many come back" in client.get(address).text
        line = order.lines.get().pk
        form = {f"line_{line}": "1", "kind": "refund", "reason": "size", "text": "Too tight."}
        answer = client.post(address, form, follow=True)
        assert "A person looks at it" in answer.text
        assert ReturnLine.objects.get().quantity == 1
        assert "We look at it and answer by mail" in answer.text

    def test_what_is_wrong_is_told_and_nothing_is_lost(self, order: Order, client: Client) -> None:
        form = {"kind": "refund", "reason": "size", "text": "Too tight."}
        answer = client.post(f"/orders/{order.token}/return/", form)
        assert answer.status_code == 400
        assert "Choose what comes back." in answer.text
        assert "Too tight." in answer.text
        assert not Return.objects.exists()

    def test_what_was_chosen_is_kept_where_something_is_wrong(
        self, order: Order, large: VariantSize, client: Client
    ) -> None:
        address, line = f"/orders/{order.token}/return/", order.lines.get().pk
        form = {f"line_{line}": "1", f"size_{line}": large.sku, "kind": "exchange", "reason": ""}
        answer = client.post(address, form)
        assert answer.status_code == 400
        assert '<option value="1" selected>' in answer.text
        assert f'<option value="{large.sku}" selected>' in answer.text

    def test_of_a_single_piece_that_one_comes_back(self, client: Client) -> None:
        several = delivered_order((VariantSizeFactory(), 2))
        assert '<option value="1">' in client.get(f"/orders/{several.token}/return/").text
        single = delivered_order((VariantSizeFactory(), 1))
        assert '<option value="1" selected>' in client.get(f"/orders/{single.token}/return/").text

    def test_nobody_else_asks(self, order: Order, client: Client) -> None:
        assert client.post(f"/orders/{'x' * 32}/return/", {}).status_code == 404

    def test_staff_decide_receive_and_pay(
        self,
        order: Order,
        medium: VariantSize,
        desk: Client,  # noqa: F811
        sandbox: Sandbox,
    ) -> None:
        found = ask(order)
        line = found.lines.get()
        for step, fields in [
            ("approve", {"answer": "Gladly."}),
            ("receive", {f"line_{line.pk}": "sound"}),
            ("refund", {}),
        ]:
            address = reverse(f"admin:orders_return_{step}", args=[found.pk])
            assert desk.get(address).status_code == 200
            desk.post(address, {"_form_submitted": "on", **fields})
        found.refresh_from_db()
        assert (found.state, found.answer, on_hand(medium)) == ("closed", "Gladly.", 4)
        assert Refund.objects.get().amount_subunit == 900_000

    def test_a_front_end_asks(self, order: Order, client: Client, large: VariantSize) -> None:
        api = f"/api/v1/orders/{order.token}/"
        line = client.get(api).json()["lines"][0]["id"]
        body = {
            "kind": "exchange",
            "reason": "size",
            "lines": [{"id": line, "quantity": 1, "size": large.sku}],
        }
        headers = {"Idempotency-Key": "k"}
        for _ in range(2):
            answer = client.post(f"{api}returns/", body, content_type="application/json", headers=headers)
            assert answer.status_code == 201
        assert client.get(api).json()["returns"] == [answer.json()]
        assert Return.objects.count() == 1
        wrong = client.post(f"{api}returns/", {**body, "reason": "mood"}, content_type="application/json")
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "reason")

    def test_a_front_end_that_names_a_piece_twice_is_told_and_nothing_of_it_is_lost(
        self, order: Order, client: Client, medium: VariantSize, large: VariantSize
    ) -> None:
        """As for one of two in each of two sizes."""
        small = VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=medium.variant, size__name="S")
        line = {"id": order.lines.get().pk, "quantity": 1}
        body = {"kind": "exchange", "reason": "size", "lines": [line | {"size": one.sku} for one in (large, small)]}
        refused = client.post(f"/api/v1/orders/{order.token}/returns/", body, content_type="application/json")
        assert refused.status_code == 400
        (error,) = refused.json()["errors"]
        assert (error["field"], error["message"]) == (
            "lines",
            "Name each piece once, with how many of it come back: one return gives them one other size.",
        )
        assert not Return.objects.exists()

    def test_the_product_says_what_the_shop_enforces(self, client: Client, medium: VariantSize) -> None:
        address = medium.variant.product.get_absolute_url()
        assert "It may come back" in client.get(address).text
        Category.objects.update(final_sale=True)
        other = VariantFactory(product__category=medium.variant.product.category)
        VariantSizeFactory(variant=other, on_hand=1)
        assert "cannot be returned for their fit" in client.get(other.product.get_absolute_url()).text

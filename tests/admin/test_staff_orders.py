"""Staff make an order for somebody who writes on WhatsApp, send the link, and write down what was said."""

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import VariantSize
from mailing.models import OutgoingMail
from mailing.render import render
from orders.models import Order, Zone
from tests.admin.conftest import messages_of
from tests.factories import CategoryFactory, VariantSizeFactory, dollar_rate, lagos

ADD = reverse("admin:orders_order_add")
CUSTOMER = {
    "email": "chika@prechi.test",
    "full_name": "Chika Eze",
    "phone": "0803 123 4567",
    "country": "NG",
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "1 Awolowo Road",
    "landmark": "",
    "note": "Call first",
}


@pytest.fixture
def size(db: None) -> VariantSize:
    lagos()
    return VariantSizeFactory(on_hand=5, price_kobo=900_000)


def test_it_is_an_order_like_any_other_held_for_a_day(desk: Client, owner: Any, size: VariantSize) -> None:
    answer = desk.post(ADD, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "2"}, follow=True)
    order = Order.objects.get()
    assert f"Order {order.number} is made" in messages_of(answer)
    assert (order.status, order.total_subunit, order.note) == ("pending_payment", 2_200_000, "Call first")
    assert order.phone == "+2348031234567"
    assert timedelta(hours=23) < order.hold_expires_at - order.placed_at <= timedelta(hours=24)
    placed = order.events.get(kind="placed")
    assert (placed.actor, placed.actor_label) == (owner, owner.email)
    assert OutgoingMail.objects.get(kind="order-received").recipient == "chika@prechi.test"
    size.refresh_from_db()
    assert size.reserved == 2


def test_the_link_to_pay_can_be_sent(desk: Client, client: Client, size: VariantSize) -> None:
    page = desk.post(ADD, {**CUSTOMER, "piece_1": size.sku}, follow=True).text
    order = Order.objects.get()
    link = f"/pay/{order.token}/"
    assert link in page
    assert "wa.me/2348031234567?text=Hello" in page
    assert link in unquote(page)
    assert client.get(link).status_code == 200


def test_the_same_sku_twice_is_added_up(desk: Client, size: VariantSize) -> None:
    desk.post(ADD, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "2", "piece_3": size.sku, "quantity_3": "1"})
    assert Order.objects.get().lines.get().quantity == 3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"piece_1": ""}, "Choose at least one piece."),
        ({"piece_1": "NO-SUCH-SKU"}, "NO-SUCH-SKU"),
        ({"quantity_1": "6"}, "Only 5 of"),
        ({"email": "chika"}, "Write an e-mail address"),
        ({"area": ""}, "Choose the local government area."),
        ({"quantity_1": "21"}, "At most 20 of one piece go into an order"),
        ({"quantity_1": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_made(
    desk: Client, size: VariantSize, changes: dict[str, str], told: str
) -> None:
    answer = desk.post(ADD, {**CUSTOMER, "piece_1": size.sku, "quantity_1": "1", **changes})
    assert answer.status_code == 400
    assert told in answer.text
    assert 'value="Chika Eze"' in answer.text
    assert not Order.objects.exists()


def test_an_empty_form_says_all_that_is_missing_to_staff_and_not_to_the_customer(desk: Client, db: None) -> None:
    page = html.unescape(desk.post(ADD, {"country": "NG"}).text)
    for told in (
        "Choose at least one piece.",
        "Write the customer's name.",
        "Write the customer's e-mail address.",
        "Choose the state.",
        "Choose the local government area.",
    ):
        assert told in page
    assert "your " not in page.partition('id="pieces"')[2].partition("</form>")[0].lower()


def test_the_rules_of_every_order_hold(desk: Client) -> None:
    lagos()
    briefs = CategoryFactory(minimum_quantity=3)
    size = VariantSizeFactory(on_hand=5, variant__product__category=briefs)
    assert "sold from 3 pieces" in desk.post(ADD, {**CUSTOMER, "piece_1": size.sku}).text
    assert not Order.objects.exists()


def test_choosing_a_country_shows_its_fields(desk: Client, size: VariantSize) -> None:
    page = desk.post(ADD, {**CUSTOMER, "country": "GB", "piece_1": size.sku, "show": "1"})
    assert page.status_code == 200
    assert 'name="city"' in page.text
    assert size.sku in page.text
    assert not Order.objects.exists()


@pytest.fixture
def at_the_door(settings: Any) -> dict[str, str]:
    settings.OFFLINE_METHODS = ["on_delivery"]
    return {**CUSTOMER, "pay_on_delivery": "on"}


def test_it_may_be_paid_at_the_door(desk: Client, size: VariantSize, at_the_door: dict[str, str]) -> None:
    Zone.objects.update(pay_on_delivery=True)
    answer = desk.post(ADD, {**at_the_door, "piece_1": size.sku}, follow=True)
    order = Order.objects.get()
    assert order.is_owed_at_the_door
    assert "to be paid at the door" in messages_of(answer)
    assert "None: it is paid at the door" in answer.text
    assert f"/pay/{order.token}/" not in answer.text
    mail = OutgoingMail.objects.get(kind="order-received")
    words = render(mail.kind, mail.facts).text
    assert "when it is handed to you" in words
    assert f"/pay/{order.token}/" not in words


def test_where_nobody_pays_at_the_door_it_is_refused(
    desk: Client, size: VariantSize, at_the_door: dict[str, str], settings: Any
) -> None:
    page = desk.post(ADD, {**at_the_door, "piece_1": size.sku})
    assert "Orders to this address are paid with Paystack" in page.context["form"].errors["pay_on_delivery"][0]
    assert "Orders to this address are paid with Paystack" in page.text
    settings.OFFLINE_METHODS = []  # switched off while the form was open
    assert "Orders to this address are paid with Paystack" in desk.post(ADD, {**at_the_door, "piece_1": size.sku}).text
    assert not Order.objects.exists()


def test_how_it_is_paid_is_asked_where_there_is_a_choice(desk: Client, settings: Any) -> None:
    settings.OFFLINE_METHODS = ["on_delivery"]
    page = desk.get(ADD, follow=True)
    assert "<legend>How they pay</legend>" in page.text
    assert "w-full" not in page.context["form"].fields["pay_on_delivery"].widget.attrs["class"]
    settings.OFFLINE_METHODS = []
    assert "How they pay" not in desk.get(ADD, follow=True).text


def test_without_the_right_there_is_no_such_page(desk_of: Callable[..., Client], size: VariantSize) -> None:
    reader = desk_of("orders.view_order", "orders.change_order")
    assert reader.get(ADD).status_code == 403
    assert reader.post(ADD, {**CUSTOMER, "piece_1": size.sku}).status_code == 403
    assert not Order.objects.exists()


def test_a_note_stays_in_the_timeline(desk: Client, owner: Any, paid_order: Order) -> None:
    address = reverse("admin:orders_order_write_note", args=[paid_order.pk])
    for text in ("Wants it on Friday", "  Wants it on Friday  "):
        desk.post(address, {"_form_submitted": "on", "text": text})
    desk.post(address, {"_form_submitted": "on", "text": "   "})
    notes = paid_order.events.filter(kind="note")
    assert [(note.data["text"], note.actor) for note in notes] == [("Wants it on Friday", owner)] * 2
    paid_order.refresh_from_db()
    assert paid_order.status == "paid"


def test_an_order_for_somebody_abroad_is_priced_and_charged_in_dollars(
    desk: Client, client: Client, size: VariantSize, settings: Any
) -> None:
    abroad = {**CUSTOMER, "country": "CA", "city": "Toronto", "phone": "+14165552671", "piece_1": size.sku}
    assert "charged in" not in desk.get(ADD, follow=True).text
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    assert "Priced and charged in" in desk.get(ADD, follow=True).text
    refused = desk.post(ADD, {**abroad, "currency": "USD"})
    assert "The shop has no prices in USD" in refused.text
    assert desk.post(ADD, {**abroad, "currency": "EUR"}).status_code == 400
    dollar_rate("1500")
    desk.post(ADD, {**abroad, "currency": "USD"})
    order = Order.objects.get()
    assert (order.currency, order.total_subunit, order.quote_status) == ("USD", 600, "awaiting")
    assert "$6" in client.get(f"/pay/{order.token}/").text


def test_it_stays_in_naira_where_nobody_says_otherwise(desk: Client, size: VariantSize, settings: Any) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1500")
    desk.post(ADD, {**CUSTOMER, "piece_1": size.sku, "currency": "NGN"})
    assert Order.objects.get().currency == "NGN"

"""The other size of an exchange leaves the shop: staff see it as work, send it, and the customer reads with whom."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import VariantSize
from core.errors import Conflict, ShopError
from core.personal import Person
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, exchanges, personal, returns
from orders.models import Order, Return
from orders.returns import Wish
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import VariantSizeFactory, delivered_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return delivered_order((VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M"), 1))


@pytest.fixture
def large(order: Order) -> VariantSize:
    size = order.lines.get().variant_size
    assert size
    return VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=size.variant, size__name="L")


@pytest.fixture
def exchanged(order: Order, large: VariantSize) -> Return:
    """Received: the other size is taken from the shelf."""
    return received(order, large.sku)


def received(order: Order, size: str = "") -> Return:
    wishes = {order.lines.get().pk: Wish(1, size)}
    found = returns.request(order.pk, wishes, "exchange" if size else "refund", "size", "", events.CUSTOMER)
    returns.approve(found.pk, events.SYSTEM)
    return returns.receive(found.pk, {found.lines.get().pk: "sound"}, events.SYSTEM)


def listed(staff: Client) -> str:
    return staff.get(reverse("admin:orders_return_changelist"), {"view": "to_send"}).text


def test_staff_send_it_and_the_customer_reads_with_whom(
    order: Order,
    exchanged: Return,
    desk: Client,  # noqa: F811
    client: Client,
) -> None:
    address = reverse("admin:orders_return_send", args=[exchanged.pk])
    page = reverse("admin:orders_return_change", args=[exchanged.pk])
    assert page in listed(desk)
    tiles = {tile.title: tile.figure for tile in desk.get(reverse("admin:index")).context["to_do"]}
    assert tiles["Exchanges to send"] == "1"
    assert address in desk.get(page).text
    assert "the other size leaves us next." in client.get(order.get_absolute_url()).text

    desk.post(address, {"_form_submitted": "on", "carrier": "GIG Logistics", "tracking_number": "GIG-77"})
    exchanged.refresh_from_db()
    assert (exchanged.carrier, exchanged.tracking_number, exchanged.sent_at is None) == (
        "GIG Logistics",
        "GIG-77",
        False,
    )
    mail = outbox.compose(OutgoingMail.objects.get(kind="return-sent"))
    for text in (mail.text, mail.html):
        assert "GIG Logistics" in text
        assert "GIG-77" in text
        assert "size L" in text
    assert page not in listed(desk)
    assert address not in desk.get(page).text
    shown = client.get(order.get_absolute_url()).text
    assert "with GIG Logistics, tracking number GIG-77." in shown
    told = client.get(f"/api/v1/orders/{order.token}/").json()["returns"][0]
    assert (told["carrier"], told["tracking_number"]) == ("GIG Logistics", "GIG-77")


def test_its_slip_names_the_size_that_goes_out(
    order: Order,
    large: VariantSize,
    exchanged: Return,
    desk: Client,  # noqa: F811
) -> None:
    address = reverse("admin:orders_return_slip", args=[exchanged.pk])
    assert address in desk.get(reverse("admin:orders_return_change", args=[exchanged.pk])).text
    page = desk.get(address).text
    assert f"{order.number}, exchange {exchanged.pk}" in page
    assert large.sku in page
    assert f"{large.variant.colour.name}, L<" in page
    assert order.lines.get().sku not in page
    printed = desk.get(address, {"pdf": "on"})
    assert printed.headers["Content-Type"] == "application/pdf"
    assert f"exchange-{exchanged.pk}.pdf" in printed.headers["Content-Disposition"]


def test_its_slip_warns_once_it_was_sent_and_there_is_none_where_nothing_is_to_be_sent(
    order: Order,
    exchanged: Return,
    desk: Client,  # noqa: F811
) -> None:
    address = reverse("admin:orders_return_slip", args=[exchanged.pk])
    assert "do not pack" not in desk.get(address).text
    exchanges.send(exchanged.pk, "GIG", "", events.SYSTEM)
    assert "Sent already: do not pack" in desk.get(address).text
    for_money = received(delivered_order((VariantSizeFactory(on_hand=5), 1)))
    answer = desk.get(reverse("admin:orders_return_slip", args=[for_money.pk]), follow=True)
    assert "in all" not in answer.text
    assert "Nothing of this return is to be sent" in answer.text


def test_staff_do_not_read_done_before_it_was_sent(
    order: Order,
    exchanged: Return,
    desk: Client,  # noqa: F811
) -> None:
    pages = [
        reverse("admin:orders_return_changelist"),
        reverse("admin:orders_return_change", args=[exchanged.pk]),
        reverse("admin:orders_order_change", args=[order.pk]),
    ]
    for page in pages:
        assert "Other size to be sent" in desk.get(page).text
    tabs = desk.get(pages[0]).text
    assert f'href="{pages[0]}?view=to_send"' in tabs
    exchanges.send(exchanged.pk, "GIG", "", events.SYSTEM)
    for page in pages:
        assert "Other size to be sent" not in desk.get(page).text


def test_the_list_asks_once_for_the_sizes_of_all(
    exchanged: Return,
    desk: Client,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    address = reverse("admin:orders_return_changelist")
    with CaptureQueriesContext(connection) as one:
        desk.get(address)
    for _ in range(2):
        found = delivered_order((VariantSizeFactory(on_hand=5, price_kobo=900_000, size__name="M"), 1))
        size = found.lines.get().variant_size
        assert size
        received(found, VariantSizeFactory(on_hand=2, price_kobo=900_000, variant=size.variant, size__name="L").sku)
    with django_assert_max_num_queries(len(one)):
        desk.get(address)


def test_twice_is_one_parcel(exchanged: Return) -> None:
    for carrier in ("GIG", "DHL"):
        exchanges.send(exchanged.pk, carrier, "", events.SYSTEM)
    exchanged.refresh_from_db()
    assert exchanged.carrier == "GIG"
    assert OutgoingMail.objects.filter(kind="return-sent").count() == 1


def test_nothing_leaves_without_a_courier(exchanged: Return) -> None:
    with pytest.raises(ShopError, match="with whom"):
        exchanges.send(exchanged.pk, " ", "", events.SYSTEM)


def test_nothing_leaves_for_a_return_for_money(order: Order, desk: Client) -> None:  # noqa: F811
    found = received(order)
    assert reverse("admin:orders_return_change", args=[found.pk]) not in listed(desk)
    with pytest.raises(Conflict, match="Nothing of this return"):
        exchanges.send(found.pk, "GIG", "", events.SYSTEM)


def test_nobody_is_forgotten_who_waits_for_a_size(order: Order, exchanged: Return) -> None:
    person = Person(emails=(order.email,))
    assert personal.hindrances(person) == [f"The other size for order {order.number} is still to be sent."]
    exchanges.send(exchanged.pk, "GIG", "", events.SYSTEM)
    assert personal.hindrances(person) == []

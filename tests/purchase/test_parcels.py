"""An order leaves in one parcel or in several; nothing is sent twice, and the customer is told of each."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from catalog import stock
from core.errors import ShopError
from mailing import outbox
from mailing.models import OutgoingMail
from orders import events, lifecycle, parcels, substitutes
from orders.lifecycle import NotAllowed
from orders.models import Order, OrderLine, Shipment, ShipmentLine
from payments import audit, cancellation, refunds
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import VariantFactory, VariantSizeFactory, paid, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """Two of one size and one of another, packed."""
    order = paid(placed_order((VariantSizeFactory(on_hand=9), 2), (VariantSizeFactory(on_hand=9), 1)))
    return lifecycle.pack(order.pk, events.SYSTEM)


def lines(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def send(order: Order, pieces: dict[int, int] | None = None, number: str = "") -> Order:
    return lifecycle.ship(order.pk, events.SYSTEM, "GIG", number, pieces)


def test_all_at_once_is_one_parcel(order: Order) -> None:
    shipped = send(order, number="GIG-1")
    assert (shipped.status, shipped.carrier, shipped.tracking_number) == ("shipped", "GIG", "GIG-1")
    assert sorted(ShipmentLine.objects.values_list("quantity", flat=True)) == [1, 2]
    assert OutgoingMail.objects.filter(kind="order-part-shipped").count() == 0


def test_a_part_first_and_then_the_rest(order: Order) -> None:
    first, second = lines(order)
    part = send(order, {first.pk: 1}, "GIG-1")
    assert part.status == "packed"
    assert parcels.left_of(order) == {first: 1, second: 1}
    mail = outbox.compose(OutgoingMail.objects.get(kind="order-part-shipped"))
    assert "GIG-1" in mail.text
    assert f"1 x {first.name}" in mail.text
    rest = send(order, number="GIG-2")
    assert (rest.status, rest.tracking_number) == ("shipped", "GIG-2")
    assert Shipment.objects.count() == 2
    assert parcels.left_of(order) == {}
    last = outbox.compose(OutgoingMail.objects.get(kind="order-shipped"))
    assert f"The rest of order {order.number} has left us" in last.text
    assert f"In this parcel:\n  1 x {first.name}" in last.text
    assert last.html.count("In this parcel") == 1


def test_all_in_one_parcel_speaks_of_no_parcel(order: Order) -> None:
    send(order)
    mail = outbox.compose(OutgoingMail.objects.get(kind="order-shipped"))
    assert "In this parcel" not in mail.text + mail.html


def test_a_third_time_is_harmless(order: Order) -> None:
    send(order)
    send(order)
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("count", [3, -1, 10**6])
def test_no_more_than_is_left(order: Order, count: int) -> None:
    with pytest.raises(ShopError) as refused:
        send(order, {lines(order)[0].pk: count})
    assert refused.value.field == f"line_{lines(order)[0].pk}"
    assert not Shipment.objects.exists()


def test_a_line_of_another_order_is_none_of_this_one(order: Order) -> None:
    other = paid(placed_order())
    with pytest.raises(ShopError):
        send(order, {other.lines.get().pk: 1})


def test_a_parcel_of_nothing_is_none(order: Order) -> None:
    with pytest.raises(ShopError, match="at least one piece"):
        send(order, {lines(order)[0].pk: 0})


def test_what_has_left_in_part_is_not_cancelled(order: Order) -> None:
    send(order, {lines(order)[0].pk: 1})
    with pytest.raises(NotAllowed, match="A part of order"):
        cancellation.cancel(order, events.SYSTEM, by_staff=True)


def test_what_was_taken_back_is_not_sent(order: Order) -> None:
    first, second = lines(order)
    refunds.request(order.pk, lines={first.pk: 1}, restock=True, reason="Stain", key="k", actor=events.SYSTEM)
    assert {line.pk: left for line, left in parcels.left_of(order).items()} == {first.pk: 1, second.pk: 1}
    assert send(order).status == "shipped"


def test_what_was_sent_does_not_come_back_by_a_refund(order: Order) -> None:
    first, _ = lines(order)
    send(order, {first.pk: 2})
    with pytest.raises(ShopError, match="left the shop with a parcel"), transaction.atomic():
        refunds.request(order.pk, lines={first.pk: 1}, restock=True, reason="Stain", key="k", actor=events.SYSTEM)


def test_a_parcel_never_changes(order: Order) -> None:
    send(order)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShipmentLine.objects.update(quantity=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shipment.objects.all()._raw_delete("default")


@pytest.mark.breaks_invariants
def test_too_many_would_be_found_out(order: Order) -> None:
    first, _ = lines(order)
    parcel = Shipment.objects.create(order=order, carrier="GIG")
    ShipmentLine.objects.create(shipment=parcel, order_line=first, quantity=3)
    assert "no more is sent than was ordered" in {violation.rule for violation in audit.violations()}


def test_the_customer_sees_each_parcel(order: Order, client: Client) -> None:
    first, second = lines(order)
    send(order, {first.pk: 2}, "GIG-1")
    page = client.get(f"/orders/{order.token}/").text
    assert "GIG-1" in page
    assert "The rest follows" in page
    send(order, number="GIG-2")
    answer = client.get(f"/api/v1/orders/{order.token}/").json()
    assert [(parcel["tracking_number"], parcel["pieces"]) for parcel in answer["parcels"]] == [
        ("GIG-1", [{"sku": first.sku, "quantity": 2}]),
        ("GIG-2", [{"sku": second.sku, "quantity": 1}]),
    ]


def test_staff_choose_what_goes(order: Order, desk: Client, owner: Any) -> None:  # noqa: F811
    first, second = lines(order)
    address = reverse("admin:orders_order_ship", args=[order.pk])
    assert f"pieces_{first.pk}" in desk.get(address).text
    fields = {"_form_submitted": "on", "carrier": "GIG", f"pieces_{first.pk}": "1", f"pieces_{second.pk}": "0"}
    answer = desk.post(address, fields, follow=True)
    assert f"A part of order {order.number} is shipped" in answer.text
    assert Shipment.objects.get().actor == owner
    desk.post(address, {**fields, f"pieces_{first.pk}": "1", f"pieces_{second.pk}": "1"})
    order.refresh_from_db()
    assert order.status == "shipped"


def test_a_size_that_went_out_instead_is_the_one_that_is_told(client: Client) -> None:
    variant = VariantFactory()
    medium, large = (VariantSizeFactory(variant=variant, size__name=name, on_hand=5) for name in ("M", "L"))
    late = placed_order((medium, 2))
    lifecycle.cancel(late.pk, events.SYSTEM)
    stock.adjust(medium.pk, -5, "damaged")
    late.refresh_from_db()
    substitutes.take(late, {lines(late)[0].pk: large.sku})
    order = lifecycle.pack(paid(late).pk, events.SYSTEM)
    send(order, {lines(order)[0].pk: 1})

    assert client.get(order.get_absolute_url()).text.count("L instead of M") == 2  # in the parcel, and in the list
    known = {"number": order.number, "known": order.email}
    assert client.post("/track/", known).text.count("L instead of M") == 2
    told = client.post("/api/v1/orders/track/", known, content_type="application/json").json()
    assert told["parcels"][0]["pieces"] == [{"sku": large.sku, "quantity": 1}]
    assert told["lines"][0]["size"] == "L"

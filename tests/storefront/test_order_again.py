"""An order that ended, or was liked, goes into the bag again with one button."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from catalog import stock
from catalog.models import StockMovement, VariantSize
from orders import bag, events, lifecycle
from orders.checkout import place_order
from orders.models import BagLine, Order
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    VariantFactory,
    VariantSizeFactory,
    delivered_order,
    lagos,
    placed_order,
)

pytestmark = pytest.mark.django_db


def expired(*pieces: tuple[VariantSize, int]) -> Order:
    order = placed_order(*pieces)
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    assert lifecycle.expire(order.pk)
    return order


def again(client: Client, order: Order) -> str:
    answer = client.post(f"/orders/{order.token}/again/", follow=True)
    assert answer.redirect_chain[-1][0] == "/bag/"
    return answer.text


def test_an_order_that_was_not_paid_in_time_offers_its_pieces_again(client: Client) -> None:
    size = VariantSizeFactory(on_hand=5)
    order = expired((size, 3))
    page = client.get(f"/orders/{order.token}/").text
    assert "This order was not paid in time" in page
    assert f'action="/orders/{order.token}/again/"' in page
    text = again(client, order)
    assert "They are in your bag" in text
    assert list(BagLine.objects.filter(bag__state="open").values_list("variant_size", "quantity")) == [(size.pk, 3)]


def test_what_is_gone_meanwhile_is_said_line_by_line(client: Client) -> None:
    few, gone = VariantSizeFactory(on_hand=5), VariantSizeFactory(on_hand=2)
    order = expired((few, 3), (gone, 2))
    stock.adjust(few.pk, -4, StockMovement.Reason.COUNT)
    stock.adjust(gone.pk, -2, StockMovement.Reason.COUNT)
    text = again(client, order)
    assert f"Of {few.variant.product.name}, 1 of 3 came into your bag" in text
    assert f"{gone.variant.product.name} did not come into your bag" in text
    assert "They are in your bag" not in text


def test_a_bundle_comes_back_with_its_pieces(client: Client) -> None:
    variant = VariantFactory()
    m, large = (VariantSizeFactory(variant=variant, size__name=name, on_hand=9) for name in ("M", "L"))
    bundle = BundleFactory(eligible=[variant.product])
    lagos()
    first = bag.open_bag()
    bag.add_bundle(first, bundle.slug, [m.sku, m.sku, large.sku], 2)
    order = place_order(first, ADA, LAGOS_ISLAND)
    lifecycle.cancel(order.pk, events.CUSTOMER)
    again(client, order)
    line = BagLine.objects.get(bag__state="open")
    assert (line.bundle_id, line.quantity) == (bundle.pk, 2)
    assert sorted(line.picks.values_list("variant_size", flat=True)) == sorted([m.pk, m.pk, large.pk])


def test_it_joins_what_is_in_the_bag_already(client: Client) -> None:
    size = VariantSizeFactory(on_hand=9)
    order = expired((size, 2))
    client.post("/bag/", {"sku": size.sku, "quantity": "1"})
    again(client, order)
    assert BagLine.objects.get(bag__state="open").quantity == 3


def test_a_delivered_order_can_be_ordered_again(client: Client) -> None:
    order = delivered_order()
    assert f'action="/orders/{order.token}/again/"' in client.get(f"/orders/{order.token}/").text
    assert "They are in your bag" in again(client, order)


def test_an_order_on_its_way_offers_no_second(client: Client) -> None:
    assert "/again/" not in client.get(f"/orders/{placed_order().token}/").text


def test_nothing_happens_without_its_link_nor_by_a_get(client: Client) -> None:
    order = expired((VariantSizeFactory(), 1))
    assert client.get(f"/orders/{order.token}/again/").status_code == 405
    assert client.post(f"/orders/{'x' * 32}/again/").status_code == 404
    assert not BagLine.objects.filter(bag__state="open").exists()


def test_over_the_api(client: Client) -> None:
    size = VariantSizeFactory(on_hand=2)
    order = expired((size, 2))
    stock.adjust(size.pk, -1, StockMovement.Reason.COUNT)
    api = APIClient()
    answer = api.post(f"/api/v1/orders/{order.token}/again/", {}, format="json")
    found = answer.json()
    assert answer.status_code == 201
    assert [(line["sku"], line["quantity"]) for line in found["lines"]] == [(size.sku, 1)]
    assert found["notices"][0]["code"] == "came_in_part"
    filled = api.post(f"/api/v1/orders/{order.token}/again/", {"bag": found["token"]}, format="json").json()
    assert filled["token"] == found["token"]
    assert api.post(f"/api/v1/orders/{order.token}/again/", {"bag": "x" * 32}, format="json").status_code == 404


def test_the_link_to_pay_of_an_ended_hold_leads_to_what_became_of_it(client: Client) -> None:
    order = placed_order()
    assert client.get(f"/pay/{order.token}/").status_code == 200
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(minutes=1))
    answer = client.get(f"/pay/{order.token}/", follow=True)
    assert "The time to pay is over" in answer.text

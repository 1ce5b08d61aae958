"""After another size was taken for late money, staff read everywhere which one goes out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import VariantSize
from orders import events, lifecycle
from orders.models import Order
from payments import late_money, reconciliation
from tests.factories import VariantFactory, VariantSizeFactory, paid, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> VariantSize:
    """The size S of a piece, of which there is one in M as well."""
    variant = VariantFactory()
    VariantSizeFactory(variant=variant, size__name="M", on_hand=1)
    return VariantSizeFactory(variant=variant, size__name="S", on_hand=5)


@pytest.fixture
def order(other: VariantSize) -> Order:
    """Of M, paid when that was gone; the customer took S."""
    size = VariantSize.objects.exclude(pk=other.pk).get()
    order = placed_order((size, 1))
    Order.objects.filter(pk=order.pk).update(hold_expires_at=timezone.now() - timedelta(seconds=1))
    reconciliation.expire_unpaid_orders()
    placed_order((size, 1))
    paid(order)
    return late_money.accept(order.pk, {order.lines.get().pk: other.sku}, events.CUSTOMER)


def opened(desk: Client, name: str, order: Order) -> str:
    return desk.get(reverse(f"admin:orders_order_{name}", args=[order.pk])).text


def test_the_page_and_the_lists_name_it(desk: Client, order: Order, other: VariantSize) -> None:
    lists = [desk.get(reverse(f"admin:{name}_changelist")).text for name in ("orders_order", "orders_orderline")]
    for page in (opened(desk, "change", order), *lists):
        assert "S instead of M" in page
        assert other.sku in page


def test_it_is_found_by_the_sku_that_goes_out(desk: Client, order: Order, other: VariantSize) -> None:
    page = desk.get(reverse("admin:orders_orderline_changelist"), {"q": other.sku})
    assert [line.order for line in page.context["cl"].result_list] == [order]


def test_the_dialogs_name_it(desk: Client, order: Order) -> None:
    for name in ("ship", "refund"):
        assert "S instead of M" in opened(desk, name, order)


def test_parcels_name_it(desk: Client, order: Order, other: VariantSize) -> None:
    lifecycle.pack(order.pk, events.SYSTEM)
    lifecycle.ship(order.pk, events.SYSTEM, "GIG", "1")
    assert f"1 × {other.sku}" in opened(desk, "change", order)
    assert other.sku in desk.get(reverse("admin:orders_shipmentline_changelist")).text

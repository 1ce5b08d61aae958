"""The customer's links do what the customer can, so that only those of the staff see them who may make orders."""

from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from core.models import IdempotencyKey
from orders.models import Order
from tests.factories import placed_order

pytestmark = pytest.mark.django_db
LOOK, MAKE = "orders.view_order", "orders.add_order"


def page(desk: Client, order: Order) -> str:
    return desk.get(reverse("admin:orders_order_change", args=[order.pk])).text


def test_whoever_packs_finds_no_key_to_the_order(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    packer = desk_of(LOOK, "orders.change_order", "orders.view_deliveryquote")
    content = ContentType.objects.get_for_model(Order)
    pages = [page(packer, order), packer.get(reverse("admin:orders_order_changelist")).text]
    pages += [
        packer.get(reverse(f"admin:orders_order_{name}", args=[order.pk])).text for name in ("invoice", "history")
    ]
    assert all(order.number in text and order.token not in text for text in pages)
    assert packer.get(f"/admin/r/{content.pk}/{order.pk}/").status_code == 404


def test_whoever_makes_orders_sends_them(desk_of: Callable[..., Client]) -> None:
    order = placed_order()
    text = page(desk_of(LOOK, MAKE), order)
    assert reverse("payments:pay", args=[order.token]) in text
    assert f'href="{order.get_absolute_url()}"' in text


@pytest.mark.parametrize("name", ["invoice", "invoice_pdf"])
def test_the_invoice_is_printed_in_the_back_office_too(desk_of: Callable[..., Client], name: str) -> None:
    order = placed_order()
    address = reverse(f"admin:orders_order_{name}", args=[order.pk])
    reader = desk_of(LOOK)
    assert address in page(reader, order)
    assert reader.get(address).status_code == 200
    assert desk_of("orders.view_zone").get(address).status_code == 403


def test_keys_of_requests_do_not_show_tokens(desk: Client) -> None:
    order = placed_order()
    for status, scope in ((None, f"orders.place {order.token}"), (201, f"payments.start {order.token}")):
        _key(scope, status)
    listed = desk.get(reverse("admin:core_idempotencykey_changelist"))
    assert listed.status_code == 200
    assert "payments.start" in listed.text
    assert order.token not in listed.text
    _, last = IdempotencyKey.objects.order_by("pk")
    assert order.token not in desk.get(reverse("admin:core_idempotencykey_change", args=[last.pk])).text


def test_keys_of_requests_do_not_tell_tokens_by_what_is_found(desk: Client) -> None:
    """Neither by a part, nor by a whole one that somebody guessed, nor by which of two comes first."""
    address = reverse("admin:core_idempotencykey_changelist")
    token = placed_order().token
    key = IdempotencyKey.objects.create(scope=f"orders.return {token}", key="k-1", request_hash="0")
    other = IdempotencyKey.objects.create(scope="orders.place AAA", key="k-2", request_hash="0")

    def found(**asked: str) -> list[IdempotencyKey]:
        return list(desk.get(address, asked).context["cl"].result_list)

    assert found(q="k-1") == [key]
    assert found(q=token[:4]) == found(q=token) == found(q="orders.return") == []
    column = str(desk.get(address).context["cl"].list_display.index("what"))
    assert found(o=column) == found(o=f"-{column}") == [other, key]
    for lookup in ("scope", "scope__exact", "scope__startswith"):
        assert desk.get(address, {lookup: key.scope}).status_code == 400


def _key(scope: str, status: int | None) -> IdempotencyKey:
    return IdempotencyKey.objects.create(scope=scope, key=scope[:9], request_hash="0", status_code=status)

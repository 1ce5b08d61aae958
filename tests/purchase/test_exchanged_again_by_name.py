"""What was got in exchange is named as what it is, not as what it was exchanged for: on pages, in mails, by the API."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import VariantSize
from orders.models import Order, Return, ReturnLine
from orders.views.order import returns_of
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.factories import VariantFactory, VariantSizeFactory
from tests.purchase.exchanging import arrived, asked, exchanged, pieces
from tests.purchase.exchanging import swap as swap
from tests.purchase.sending_back import large as large
from tests.purchase.sending_back import medium as medium
from tests.purchase.sending_back import order as order
from tests.purchase.sending_back import small as small
from tests.purchase.sending_back import text_of

pytestmark = pytest.mark.django_db
PRICE = 900_000


def test_the_customer_reads_it(order: Order, swap: Return, small: VariantSize, client: Client) -> None:
    assert "ask on the page of the order to send it back" in text_of("return-sent")
    asked(order, "L", small.sku)
    assert ", size L, in exchange for size S\n" in text_of("return-approved")
    page = client.get(order.get_absolute_url()).text
    assert f", L, for {small.variant.colour.name}, S</li>" in page


def test_in_its_own_colour(order: Order, medium: VariantSize, client: Client) -> None:
    variant = VariantFactory(product=medium.variant.product, colour__slug="olive", colour__name="Olive")
    olive = VariantSizeFactory(on_hand=2, price_kobo=PRICE, variant=variant, size__name="L")
    exchanged(order, "M", olive.sku)
    assert ", Olive, L, got in exchange</legend>" in client.get(f"/orders/{order.token}/return/").text
    asked(order, "L")
    assert ", Olive, size L\n" in text_of("return-approved")


def test_staff_read_it(
    order: Order,
    swap: Return,
    large: VariantSize,
    small: VariantSize,
    desk: Client,  # noqa: F811
) -> None:
    found = asked(order, "L", small.sku)
    for page in ("change", "receive", "another_size"):
        shown = desk.get(reverse(f"admin:orders_return_{page}", args=[found.pk])).text
        assert f", L, got by return {swap.pk}" in shown
    assert large.sku in desk.get(reverse("admin:orders_return_change", args=[found.pk])).text
    assert f"return/{found.pk}/" in desk.get(reverse("admin:orders_return_changelist")).text
    rows = desk.get(reverse("admin:orders_returnline_changelist"), {"q": large.sku})
    assert [line.pk for line in rows.context["cl"].result_list] == [found.lines.get().pk]


def test_on_the_invoice(order: Order, swap: Return, small: VariantSize, client: Client) -> None:
    arrived(asked(order, "L", small.sku))
    colour = small.variant.colour.name
    page = client.get(reverse("payments:invoice", args=[order.token])).text
    assert f"{colour} L for {colour} M." in page
    assert f"{colour} S for {colour} L." in page


def test_the_order_asks_as_little_however_often_it_was_exchanged(
    order: Order, swap: Return, large: VariantSize, small: VariantSize
) -> None:
    once = queries(order)
    exchanged(order, "L", small.sku)
    exchanged(order, "S", large.sku)
    assert queries(order) == once


def queries(order: Order) -> int:
    """Of what the page of an order tells of its pieces and its returns."""
    with CaptureQueriesContext(connection) as asked_for:
        assert pieces(order)
        for found in returns_of(order):
            assert all(line.told_colour and line.sent_size and line.told_sku for line in found.lines.all())
    return len(asked_for)


def test_by_the_form(order: Order, swap: Return, client: Client) -> None:
    key = pieces(order)["L"].key
    form = {f"line_{key}": "1", "kind": "refund", "reason": ""}
    page = client.post(f"/orders/{order.token}/return/", form)
    assert page.status_code == 400
    assert '<option value="1" selected>' in page.text
    form |= {"reason": "size", "kind": "exchange"}
    page = client.post(f"/orders/{order.token}/return/", form)
    assert f'href="#size-{key}"' in page.text
    assert f'id="error-size-{key}"' in page.text
    client.post(f"/orders/{order.token}/return/", form | {"kind": "refund"})
    assert ReturnLine.objects.get(parcel__state="requested").came_by == swap.lines.get()


def test_by_the_api(order: Order, swap: Return, large: VariantSize, client: Client) -> None:
    api = f"/api/v1/orders/{order.token}/"
    (first,) = client.get(api).json()["returns"][0]["lines"]
    assert first["came_by"] is None
    line = {"id": first["line"], "came_by": first["id"], "quantity": 1}
    body = {"kind": "refund", "reason": "size", "lines": [line | {"came_by": first["id"] + 999}]}
    refused = client.post(f"{api}returns/", body, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "too_many")
    answer = client.post(f"{api}returns/", body | {"lines": [line]}, content_type="application/json")
    assert answer.status_code == 201
    (told,) = answer.json()["lines"]
    assert (told["came_by"], told["sku"], told["line"]) == (first["id"], large.sku, first["line"])

"""Staff sell a bundle to somebody who writes: they name its pieces by SKU, and it is priced, shared and kept as out of
a bag."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Bundle, VariantSize
from orders import bag, checkout
from orders.models import Order, OrderLine
from payments import audit
from tests.admin.test_staff_orders import ADD, CUSTOMER
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    BundleFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    lagos,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sizes() -> list[VariantSize]:
    """Three pieces of ₦9,000, ₦6,000 and ₦3,000, five of each."""
    lagos()
    return [VariantSizeFactory(on_hand=5, price_kobo=kobo) for kobo in (900_000, 600_000, 300_000)]


@pytest.fixture(autouse=True)
def bundle(sizes: list[VariantSize]) -> Bundle:
    eligible = [size.variant.product for size in sizes]
    return BundleFactory(slug="three", name="Three of them", pieces=3, price_kobo=1_500_000, eligible=eligible)


def of(*sizes: VariantSize) -> str:
    return "\r\n".join(size.sku for size in sizes)


def order_of(desk: Client, **fields: str) -> Order:
    answer = desk.post(ADD, {**CUSTOMER, **fields})
    assert answer.status_code == 302, answer.context["form"].errors
    return Order.objects.get()


def refused(desk: Client, **fields: str) -> dict[str, str]:
    """What is told, by field; nothing was made."""
    answer = desk.post(ADD, {**CUSTOMER, **fields})
    assert answer.status_code == 400
    assert not Order.objects.exists()
    told = {name: " ".join(errors) for name, errors in answer.context["form"].errors.items()}
    assert all(words in html.unescape(answer.text) for words in told.values())
    return told


def test_it_is_the_order_that_a_bag_becomes(desk: Client, sizes: list[VariantSize], bundle: Bundle) -> None:
    order = order_of(desk, bundle_1="three", picks_1=f" {of(*sizes)}\r\n\r\n", count_1="2")
    assert (order.subtotal_subunit, order.total_subunit) == (3_000_000, 3_400_000)
    whole = order.lines.get(kind=OrderLine.Kind.BUNDLE)
    assert (whole.name, whole.quantity, whole.unit_price_subunit) == ("Three of them", 2, 1_500_000)
    parts = order.lines.filter(kind=OrderLine.Kind.COMPONENT).order_by("-unit_price_subunit")
    assert [(part.sku, part.unit_price_subunit) for part in parts] == [
        (sizes[0].sku, 750_000),
        (sizes[1].sku, 500_000),
        (sizes[2].sku, 250_000),
    ]
    for size in sizes:
        size.refresh_from_db()
        assert size.reserved == 2
    assert [step["amount"] for step in order.trace if step["step"] == "line"] == [3_000_000]
    assert audit.violations() == []


def test_pieces_and_several_bundles_go_into_one_order(desk: Client, sizes: list[VariantSize]) -> None:
    first, second, third = sizes
    order = order_of(
        desk,
        piece_1=first.sku,
        quantity_1="2",
        bundle_1="three",
        picks_1=of(first, first, second),
        bundle_3="three",
        picks_3=of(third, third, third),
    )
    assert order.subtotal_subunit == 1_800_000 + 2 * 1_500_000
    first.refresh_from_db()
    assert first.reserved == 4


def test_the_same_bundle_twice_is_one_line_of_two(desk: Client, sizes: list[VariantSize]) -> None:
    order = order_of(desk, bundle_1="three", picks_1=of(*sizes), bundle_2="three", picks_2=of(*reversed(sizes)))
    assert order.lines.get(kind=OrderLine.Kind.BUNDLE).quantity == 2


def test_codes_and_dollars_are_those_of_every_order(desk: Client, sizes: list[VariantSize], settings: Any) -> None:
    DiscountFactory()
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1000")
    order = order_of(desk, bundle_1="three", picks_1=of(*sizes), code="tenth", currency="USD")
    assert (order.currency, order.subtotal_subunit, order.discount_subunit) == ("USD", 1_500, 150)
    assert sum(part.unit_price_subunit for part in order.lines.filter(kind=OrderLine.Kind.COMPONENT)) == 1_500


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "Three of them is made of 3 pieces, and none stands here: write 3 SKUs, each on a line of its own."),
        (2, "Three of them is made of 3 pieces, and 2 stand here: write 1 more, each on a line of its own."),
        (4, "Three of them is made of 3 pieces, and 4 stand here: take 1 out, or write it as a single piece above."),
    ],
)
def test_the_pieces_fill_the_slots_exactly(desk: Client, sizes: list[VariantSize], count: int, told: str) -> None:
    picks = of(*(sizes * 2)[:count])
    assert refused(desk, bundle_2="three", picks_2=picks) == {"picks_2": told}


def test_what_is_wrong_names_the_bundle_the_piece_and_what_to_do(
    desk: Client, sizes: list[VariantSize], bundle: Bundle
) -> None:
    first, second, third = sizes
    other = VariantSizeFactory(variant__product__name="Raincoat")
    assert refused(desk, bundle_1="three", picks_1=of(first, second) + "\nNO-SUCH") == {
        "picks_1": "Piece 3: There is no piece “NO-SUCH” on sale. Choose a size again."
    }
    assert refused(desk, bundle_1="three", picks_1=of(first, other, third)) == {
        "picks_1": "Piece 2: Raincoat cannot be part of Three of them. Pick another piece."
    }
    few = refused(desk, bundle_1="three", picks_1=of(first, second, second), count_1="3")
    assert few["picks_1"].startswith(f"Piece 3: Only 5 of {second.variant.product.name}")
    together = refused(desk, piece_2=third.sku, quantity_2="5", bundle_1="three", picks_1=of(first, second, third))
    assert together["picks_1"].startswith(f"Piece 3: Only 5 of {third.variant.product.name}")
    assert refused(desk, bundle_1="", picks_1=of(*sizes)) == {
        "bundle_1": "Choose the bundle that these pieces make up, or write them as single pieces above."
    }
    Bundle.objects.update(active=False)
    assert refused(desk, bundle_1="three", picks_1=of(*sizes)) == {
        "bundle_1": "This bundle is not sold any more. Choose another, or write its pieces as single ones."
    }


@pytest.mark.parametrize(
    ("quantity", "told"), [("0", "greater than or equal to 1"), ("21", "At most 20 of one bundle go into an order.")]
)
def test_how_many_has_its_bounds(desk: Client, sizes: list[VariantSize], quantity: str, told: str) -> None:
    errors = refused(desk, bundle_1="three", picks_1=of(*sizes), count_1=quantity)
    assert told in errors["count_1"]


def test_a_single_piece_that_cannot_be_had_is_told_in_its_row(desk: Client, sizes: list[VariantSize]) -> None:
    assert list(refused(desk, piece_1=sizes[0].sku, piece_3="NO-SUCH-SKU")) == ["piece_3"]
    assert list(refused(desk, piece_2=sizes[0].sku, quantity_2="6")) == ["quantity_2"]


def test_a_bundle_that_is_withdrawn_is_not_offered(desk: Client, bundle: Bundle) -> None:
    assert "Three of them: 3 pieces" in desk.get(ADD, follow=True).text
    Bundle.objects.update(active=False)
    assert "Three of them" not in desk.get(ADD, follow=True).text


def test_what_was_written_stays_when_fields_are_shown(desk: Client, sizes: list[VariantSize]) -> None:
    fields = {"bundle_2": "three", "picks_2": of(*sizes), "count_2": "4", "show": "1"}
    page = desk.post(ADD, {**CUSTOMER, "country": "GB", **fields}).text
    assert '<option value="three" selected>' in page
    assert all(size.sku in page for size in sizes)
    assert 'name="count_2" value="4"' in page


def test_it_is_what_a_customer_pays_for_the_same(desk: Client, sizes: list[VariantSize]) -> None:
    """Line for line."""
    from_staff = order_of(desk, bundle_1="three", picks_1=of(*sizes))
    held = bag_with()
    bag.add_bundle(held, "three", [size.sku for size in sizes])
    from_bag = checkout.place_order(held, ADA, LAGOS_ISLAND)
    told = [
        [(line.kind, line.sku, line.quantity, line.unit_price_subunit) for line in order.lines.order_by("pk")]
        for order in (from_staff, from_bag)
    ]
    assert told[0] == told[1]
    assert from_staff.trace == from_bag.trace


def test_a_code_is_tried_on_a_bundle(desk: Client, sizes: list[VariantSize]) -> None:
    address = reverse("admin:orders_discount_try_basket", args=[DiscountFactory().pk])
    page = desk.post(address, {"country": "NG", "bundle_1": "three", "picks_1": of(*sizes)}).text
    assert "1 × Three of them" in page
    assert "−₦1,500" in page
    page = html.unescape(desk.post(address, {"country": "NG", "bundle_1": "three", "picks_1": of(*sizes[:2])}).text)
    assert "write 1 more" in page
    page = html.unescape(desk.post(address, {"country": "NG", "bundle_1": "three", "picks_1": "A\nB\nC"}).text)
    assert "Piece 1: There is no piece “A” on sale." in page

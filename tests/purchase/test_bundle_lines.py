"""Bundles in the bag: changed, joined, counted for a category's minimum, refused with the pick at fault."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from catalog.models import Bundle, VariantSize
from catalog.pricing import price_of
from core.errors import ShopError
from core.templatetags.money import price
from orders import bag, bag_swaps, minimums
from orders.contents import contents_of
from orders.models import Bag, BagLine
from tests.factories import BundleFactory, CategoryFactory, ProductFactory, VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def briefs() -> list[VariantSize]:
    """Two colours of one product, sold from three pieces up. Four of the first, ten of the second."""
    product = ProductFactory(category=CategoryFactory(name="Briefs", minimum_quantity=3))
    first = VariantSizeFactory(variant=VariantFactory(product=product), on_hand=4)
    return [first, VariantSizeFactory(variant=VariantFactory(product=product, colour__slug="navy"))]


@pytest.fixture
def filled(briefs: list[VariantSize]) -> Bag:
    """With a bundle: two of the first, one of the second."""
    BundleFactory(slug="three", eligible=[briefs[0].variant.product])
    new = bag.open_bag()
    bag.add_bundle(new, "three", skus(briefs, 0, 0, 1))
    return new


def skus(sizes: list[VariantSize], *indexes: int) -> list[str]:
    return [sizes[index].sku for index in indexes]


def line_of(shopper: Bag) -> BagLine:
    return BagLine.objects.get(bag=shopper)


def test_other_pieces_take_the_place_of_the_former_ones(filled: Bag, briefs: list[VariantSize]) -> None:
    line_id = bag_swaps.change_picks(filled, line_of(filled).pk, skus(briefs, 1, 1, 1))
    assert line_id == line_of(filled).pk
    assert [part.size.sku for part in bag.view(filled).items[0].parts] == skus(briefs, 1, 1, 1)


def test_pieces_that_another_line_has_join_it(filled: Bag, briefs: list[VariantSize]) -> None:
    other = bag.add_bundle(filled, "three", skus(briefs, 1, 1, 1))
    assert bag_swaps.change_picks(filled, other, skus(briefs, 1, 0, 0)) != other
    assert line_of(filled).quantity == 2
    assert line_of(filled).picks.count() == 3


def test_its_own_former_pieces_are_free_for_a_change(filled: Bag, briefs: list[VariantSize]) -> None:
    bag_swaps.change_picks(filled, line_of(filled).pk, skus(briefs, 0, 0, 0))
    with pytest.raises(ShopError, match="Only 4") as refused:
        bag_swaps.change_picks(filled, line_of(filled).pk, skus(briefs, 0, 0, 0), quantity=2)
    assert refused.value.field == "picks.2.sku"
    assert line_of(filled).quantity == 1


def test_a_refused_change_leaves_the_line_as_it_was(filled: Bag, briefs: list[VariantSize]) -> None:
    stranger = VariantSizeFactory()
    with pytest.raises(ShopError, match="cannot be part") as refused:
        bag_swaps.change_picks(filled, line_of(filled).pk, [briefs[0].sku, stranger.sku, briefs[0].sku])
    assert refused.value.field == "picks.1.sku"
    assert [part.size.sku for part in bag.view(filled).items[0].parts] == skus(briefs, 0, 0, 1)


def test_ten_thousand_picks_are_refused_without_looking_them_up(
    filled: Bag, briefs: list[VariantSize], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    line, many = line_of(filled).pk, skus(briefs, *([1] * 10_000))
    with django_assert_max_num_queries(bag_swaps.PICKS_READ + 10), pytest.raises(ShopError, match="3 pieces"):
        bag_swaps.change_picks(filled, line, many)
    with django_assert_max_num_queries(bag_swaps.PICKS_READ + 10), pytest.raises(ShopError, match="3 pieces"):
        bag.add_bundle(filled, "three", many)
    assert [part.size.sku for part in bag.view(filled).items[0].parts] == skus(briefs, 0, 0, 1)


def test_three_briefs_in_a_bundle_satisfy_the_minimum(filled: Bag, briefs: list[VariantSize]) -> None:
    assert minimums.too_few(bag.view(filled).items) == []
    bag.add(filled, briefs[1].sku)
    assert minimums.too_few(bag.view(filled).items) == []


def test_one_brief_alone_falls_short(briefs: list[VariantSize]) -> None:
    new = bag.open_bag()
    bag.add(new, briefs[1].sku)
    assert [short.held for short in minimums.too_few(bag.view(new).items)] == [1]


def test_a_bundle_with_few_pieces_of_a_category_asks_for_no_more(briefs: list[VariantSize]) -> None:
    tee = VariantSizeFactory()
    BundleFactory(slug="mixed", eligible=[briefs[0].variant.product, tee.variant.product])
    new = bag.open_bag()
    bag.add_bundle(new, "mixed", [briefs[0].sku, tee.sku, tee.sku])
    assert minimums.too_few(bag.view(new).items) == []


def test_the_api_changes_picks(client: APIClient, filled: Bag, briefs: list[VariantSize]) -> None:
    line = line_of(filled).pk
    url = f"/api/v1/bags/{filled.token}/lines/{line}/"
    picks = [{"sku": sku} for sku in skus(briefs, 1, 1, 1)]
    answer = client.patch(url, {"picks": picks, "quantity": 2}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert (line_of(filled).quantity, answer.json()["lines"][0]["id"]) == (2, line)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "quantity"),
        ({"picks": []}, "picks"),
        ({"picks": "many"}, "picks"),
        ({"picks": [{"sku": "A"}] * 13}, "picks"),
        ({"picks": [{"sku": "GOOD"}]}, "picks"),
        ({"picks": [{"sku": "GOOD"}, {"sku": "NEVER-WAS"}, {"sku": "GOOD"}]}, "picks.1.sku"),
        ({"picks": [{"sku": "GOOD"}, {"sku": "GOOD"}, {"sku": "GONE"}]}, "picks.2.sku"),
        ({"picks": [{"sku": "GOOD"}, {"sku": "STRANGER"}, {"sku": "GOOD"}]}, "picks.1.sku"),
        ({"picks": [{"sku": "GOOD"}] * 3, "quantity": 10**9}, "quantity"),
        ({"picks": [{"sku": "GOOD"}] * 3, "quantity": 2}, "picks.2.sku"),
    ],
)
@pytest.mark.parametrize("adds", [True, False])
def test_what_is_wrong_with_picks_is_told_by_pick(
    client: APIClient, filled: Bag, briefs: list[VariantSize], adds: bool, body: dict[str, object], field: str
) -> None:
    VariantSizeFactory(sku="STRANGER")
    VariantSizeFactory(
        sku="GONE", variant=VariantFactory(product=briefs[0].variant.product, colour__slug="white", active=False)
    )
    VariantSize.objects.filter(pk=briefs[0].pk).update(sku="GOOD")
    url = f"/api/v1/bags/{filled.token}/lines/"
    if adds:
        body = {"bundle": "three", **({} if body else {"quantity": "x"}), "picks": [{"sku": "GOOD"}] * 3, **body}
    else:
        url = f"{url}{line_of(filled).pk}/"
    send = client.post if adds else client.patch
    answer = send(url, body, content_type="application/json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert sorted(part.size.sku for part in bag.view(filled).items[0].parts) == sorted(["GOOD", "GOOD", briefs[1].sku])
    assert line_of(filled).quantity == 1


def test_a_single_piece_has_no_picks(client: APIClient, briefs: list[VariantSize]) -> None:
    new = bag.open_bag()
    line = bag.add(new, briefs[1].sku)
    body = {"picks": [{"sku": briefs[1].sku}] * 3}
    answer = client.patch(f"/api/v1/bags/{new.token}/lines/{line}/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_bundle")


def test_the_api_tells_the_share_of_each_piece_and_what_is_saved(
    client: APIClient, filled: Bag, briefs: list[VariantSize]
) -> None:
    """Bought singly they are three times the price of one."""
    answer = client.get(f"/api/v1/bags/{filled.token}/").json()["lines"][0]
    shares = [piece["share"]["amount"] for piece in answer["picks"]]
    assert sum(shares) == answer["unit_price"]["amount"]
    alone = 3 * price_of(VariantSize.objects.priced().get(pk=briefs[0].pk)).amount
    assert answer["saving"]["amount"] == alone - answer["unit_price"]["amount"] > 0


def test_the_bag_tells_what_a_bundle_saves_and_claims_nothing_that_it_does_not(filled: Bag, client: APIClient) -> None:
    item = contents_of(filled)[0]
    bag.set_quantity(filled, item.line_id, 2)
    assert contents_of(filled)[0].saving == item.saving * 2
    client.cookies["bag"] = filled.token
    assert f"You save {price(item.saving * 2)}" in client.get("/bag/").content.decode()
    Bundle.objects.update(price_kobo=10**8)
    assert not contents_of(filled)[0].saving
    assert "You save" not in client.get("/bag/").content.decode()

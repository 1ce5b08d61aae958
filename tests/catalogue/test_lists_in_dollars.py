"""In dollars lists stand in the order of what they show, and a range is one of what they show: fixed prices among those
that the rate makes, whatever the rate does."""

import random
from typing import Any

import pytest
from django.test import Client

from catalog import browse, currencies, freshness, listing_rows
from catalog.currencies import Prices
from catalog.filters import Filters
from catalog.models import ListingRow, Product
from tests.factories import ProductFactory, SalePriceFactory, VariantSizeFactory, dollar_rate

pytestmark = pytest.mark.django_db
SIZE = 4


def products(count: int, seed: int = 1) -> None:
    """Every other one with a fixed price; some sizes dearer, some sold out."""
    chance = random.Random(seed)
    for number in range(count):
        fixed = chance.randrange(100, 3_000, 5) if number % 2 else None
        product = ProductFactory(
            name=f"Piece {number}", base_price_kobo=chance.randrange(100_000, 4_000_000, 10), usd_price_cents=fixed
        )
        first = VariantSizeFactory(variant__product=product, on_hand=chance.randrange(3))
        if chance.random() < 0.5:
            VariantSizeFactory(
                variant=first.variant, size__name="XL", on_hand=0, price_kobo=chance.randrange(100_000, 5_000_000, 10)
            )


def usd() -> Prices:
    return currencies.shown("USD")


def all_cards(sort: str, **asked: Any) -> list[dict[str, Any]]:
    """Page by page, first by number and then from where each page ended."""
    page = browse.listing(None, Filters(prices=usd(), **asked), sort, size=SIZE)
    cards = page.cards
    while page.after:
        page = browse.listing(None, Filters(prices=usd(), **asked), sort, place=page.after, size=SIZE)
        cards += page.cards
    return cards


def cents(card: dict[str, Any]) -> int:
    return int(card["price_from"]["amount"])


def in_order(cards: list[dict[str, Any]], sign: int) -> bool:
    keys = [(not card["in_stock"], sign * cents(card)) for card in cards]
    return keys == sorted(keys)


@pytest.mark.parametrize("step", [1, 10, 100])
@pytest.mark.parametrize("sort", ["price", "-price"])
def test_they_are_sorted_by_what_they_show_on_every_page(sort: str, step: int) -> None:
    products(23)
    for naira in ("1530.5", "310", "4000"):
        dollar_rate(naira, round_up_to=step)
        cards = all_cards(sort)
        assert len({card["slug"] for card in cards}) == len(cards) == 23
        assert in_order(cards, -1 if sort == "-price" else 1)
    by_number = [
        card
        for page in range(1, 7)
        for card in browse.listing(None, Filters(prices=usd()), sort, page, size=SIZE).cards
    ]
    assert by_number == cards


def test_in_naira_they_are_sorted_by_naira() -> None:
    dollar_rate()
    for name, kobo, fixed in [("Cheap in naira", 500_000, 3_000), ("Dear in naira", 900_000, 100)]:
        VariantSizeFactory(
            variant__product=ProductFactory(name=name, base_price_kobo=kobo, usd_price_cents=fixed), on_hand=1
        )
    assert [card["name"] for card in browse.listing(sort="price").cards] == ["Cheap in naira", "Dear in naira"]
    assert [card["name"] for card in all_cards("price")] == ["Dear in naira", "Cheap in naira"]


@pytest.mark.parametrize("step", [1, 10, 70])
def test_a_range_finds_what_shows_a_price_within_it(step: int) -> None:
    products(23, seed=2)
    dollar_rate("1530.5", round_up_to=step)
    everything = all_cards("price")
    rows = {row.product.slug: row for row in ListingRow.objects.select_related("product")}
    dearest = {slug: usd().of_product(row.highest_kobo, row.product).amount for slug, row in rows.items()}
    found_some = 0
    for limit in (*range(0, 3_500, 100), *map(cents, everything)):
        to = {card["slug"] for card in all_cards("new", shown_to=limit)}
        assert to == {card["slug"] for card in everything if cents(card) <= limit}
        from_ = {card["slug"] for card in all_cards("new", shown_from=limit)}
        assert from_ == {card["slug"] for card in everything if dearest[card["slug"]] >= limit}
        found_some += 0 < len(to) < len(everything)
    assert found_some > 10


def test_a_page_asks_for_the_dollars_that_it_shows(client: Client) -> None:
    dollar_rate("1500")
    fixed = ProductFactory(slug="fixed", base_price_kobo=850_000, usd_price_cents=900)  # by the rate $5.67
    VariantSizeFactory(variant__product=fixed, on_hand=1)
    client.cookies["currency"] = "USD"
    assert "/products/fixed/" in client.get("/shop/?min_price=9&max_price=9").text
    assert "/products/fixed/" not in client.get("/shop/?max_price=8").text
    answer = client.get("/api/v1/products/?currency=USD&sort=price").json()
    assert answer["results"][0]["price_from"]["amount"] == 900


def test_sales_and_new_fixed_prices_move_them() -> None:
    dollar_rate("1500")
    for slug, fixed in (("a", 1_000), ("b", 900)):
        product = ProductFactory(slug=slug, base_price_kobo=1_000_000, usd_price_cents=fixed)
        VariantSizeFactory(variant__product=product, on_hand=1)
    assert [card["slug"] for card in all_cards("price")] == ["b", "a"]
    SalePriceFactory(product=Product.objects.get(slug="a"), price_kobo=500_000)  # $5
    assert [card["slug"] for card in all_cards("price")] == ["a", "b"]
    Product.objects.filter(slug="b").update(usd_price_cents=400)
    assert [(card["slug"], cents(card)) for card in all_cards("price")] == [("b", 400), ("a", 500)]


def test_a_page_moves_few_for_a_new_rate_and_leaves_many_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    products(8, seed=3)
    dollar_rate("1500")
    freshness.catch_up()
    monkeypatch.setattr(listing_rows, "FEW", 2)
    dollar_rate("700")
    before = dict(ListingRow.objects.values_list("pk", "by_usd"))
    browse.listing(None, Filters(prices=usd()), "price")
    assert dict(ListingRow.objects.values_list("pk", "by_usd")) == before
    freshness.catch_up()
    moved = {pk for pk, kobo in ListingRow.objects.values_list("pk", "by_usd") if before[pk] != kobo}
    assert moved == set(ListingRow.objects.exclude(lowest_cents=None).values_list("pk", flat=True))
    assert len(moved) == 4
    assert in_order(all_cards("price"), 1)

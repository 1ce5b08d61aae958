"""Lists: what is shown, in which order, how it is filtered, and at what cost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog import browse, listing_rows
from catalog.facets import FLAGS
from catalog.filters import Filters
from tests.factories import (
    CategoryFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
)

pytestmark = pytest.mark.django_db


def product(name: str, *, colours: str = "black", sizes: str = "M", on_hand: int = 5, **fields: object) -> None:
    made = ProductFactory(name=name, slug=name.lower().replace(" ", "-"), **fields)
    for colour in colours.split():
        variant = VariantFactory(product=made, colour=ColourFactory(slug=colour))
        for size in sizes.split():
            VariantSizeFactory(variant=variant, size=SizeFactory(name=size), on_hand=on_hand)


def names(listing: browse.Listing) -> list[str]:
    return [card["name"] for card in listing.cards]


def test_newest_first_and_sold_out_last() -> None:
    now = timezone.now()
    product("Old", publish_at=now - timedelta(days=9))
    product("Gone", publish_at=now - timedelta(days=1), on_hand=0)
    product("New", publish_at=now - timedelta(days=2))
    assert names(browse.listing()) == ["New", "Old", "Gone"]


@pytest.mark.parametrize(
    "hidden",
    [{"active": False}, {"publish_at": timezone.now() + timedelta(days=1)}],
    ids=["inactive", "not yet published"],
)
def test_what_is_not_on_sale_is_not_listed(hidden: dict[str, object]) -> None:
    product("Hidden", **hidden)
    product("Shown")
    assert names(browse.listing()) == ["Shown"]


def test_a_category_shows_its_own_and_its_childrens() -> None:
    briefs = CategoryFactory(slug="briefs")
    product("Boxer", category=CategoryFactory(slug="boxers", parent=briefs))
    product("Brief", category=briefs)
    product("Legging")
    assert set(names(browse.listing(briefs))) == {"Boxer", "Brief"}


def test_filters_ask_for_one_size_that_answers_all_of_them() -> None:
    product("Both", colours="black white", sizes="M L")
    product("Black in L only", colours="black", sizes="L")
    product("White in M only", colours="white", sizes="M")
    assert names(browse.listing(filters=Filters(colour=("black",), size=("M",)))) == ["Both"]


def test_in_stock_leaves_out_what_is_all_reserved_or_gone() -> None:
    product("Gone", on_hand=0)
    product("Here")
    assert names(browse.listing(filters=Filters(in_stock=True))) == ["Here"]


def test_a_card_shows_the_colour_that_was_asked_for() -> None:
    product("Brief", colours="black white")
    card = browse.listing(filters=Filters(colour=("white",))).cards[0]
    assert card["url"] == "/products/brief/?colour=white"


def test_from_price_is_the_cheapest_size() -> None:
    variant = VariantFactory(product=ProductFactory(base_price_kobo=900_000))
    VariantSizeFactory(variant=variant, size=SizeFactory(name="M"))
    VariantSizeFactory(variant=variant, size=SizeFactory(name="XL"), price_kobo=950_000)
    card = browse.listing().cards[0]
    assert (card["price_from"]["display"], card["price_varies"]) == ("₦9,000", True)


def test_price_filter_and_sort() -> None:
    for name, price in (("Dear", 2_000_000), ("Cheap", 300_000), ("Middle", 800_000)):
        product(name, base_price_kobo=price)
    assert names(browse.listing(sort="price")) == ["Cheap", "Middle", "Dear"]
    assert names(browse.listing(sort="-price")) == ["Dear", "Middle", "Cheap"]
    assert names(browse.listing(filters=Filters(min_price=300_001, max_price=800_000))) == ["Middle"]


def test_a_facet_counts_what_choosing_its_value_would_give() -> None:
    product("One", colours="black", sizes="M")
    product("Two", colours="white", sizes="M")
    product("Three", colours="white", sizes="L")
    listing = browse.listing(filters=Filters(colour=("black",)))
    counts = {kind: {row["value"]: row["count"] for row in rows} for kind, rows in listing.facets.items()}
    assert listing.total == 1
    assert counts["colour"] == {"black": 1, "white": 2}
    assert counts["size"] == {"M": 1}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(query="brief"),
        Filters(colour=("black",)),
        Filters(colour=("white",), size=("M", "L")),
        Filters(size=("L",), in_stock=True),
        Filters(new=True),
        Filters(new=True, in_stock=True, gender=("women",)),
    ],
    ids=str,
)
def test_every_count_is_what_the_list_then_has(filters: Filters) -> None:
    product("Brief", colours="black white", sizes="M L", is_new=True)
    product("Brief in black", colours="black", sizes="L", gender="women")
    product("Legging", colours="white", sizes="M", gender="women", is_new=True)
    sold_out_in_l = ProductFactory(name="Brief of little luck", is_new=True)
    variant = VariantFactory(product=sold_out_in_l, colour=ColourFactory(slug="black"))
    VariantSizeFactory(variant=variant, size=SizeFactory(name="M"), on_hand=3)
    VariantSizeFactory(variant=variant, size=SizeFactory(name="L"), on_hand=0)
    product("Gone", colours="white", sizes="L", on_hand=0)
    facets = browse.listing(filters=filters).facets
    assert facets["in_stock"]
    for kind, rows in facets.items():
        for row in rows:
            value = True if kind in FLAGS else (row["value"],)
            assert row["count"] == browse.listing(filters=replace(filters, **{kind: value})).total, (kind, row)


def test_a_flag_that_would_give_nothing_is_not_offered(client: Client) -> None:
    product("Old", colours="black")
    page = client.get("/shop/").text
    assert 'name="in_stock"' in page
    assert 'name="new"' not in page
    product("Fresh", is_new=True)
    page = client.get("/shop/?new=1").text
    assert re.search(r'name="new" value="1" checked><span>New</span><span class="muted num">1<', page)


@pytest.mark.parametrize(
    ("query", "found"), [("legging", 1), ("LEGG black", 1), ("legging white", 0), ("%", 0), ("_", 0)]
)
def test_every_word_of_a_search_must_occur_or_it_says_so(query: str, found: int) -> None:
    product("Sculpt Legging")
    listing = browse.listing(filters=Filters(query=query))
    assert (0 if listing.nearest else listing.total) == found


@pytest.mark.parametrize("count", [2, 30])
def test_a_list_costs_six_queries_at_any_size(
    client: Client, count: int, settings: object, django_assert_max_num_queries: object
) -> None:
    settings.CACHE_ENABLED = False  # type: ignore[attr-defined]
    category = CategoryFactory(slug="briefs")
    for number in range(count):
        product(f"Brief {number}", colours="black white navy", sizes="M L", category=category)
    listing_rows.apply_changes()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        response = client.get("/c/briefs/")
    assert response.status_code == 200


def test_numbered_pages_and_nothing_beyond_the_last(client: Client) -> None:
    for number in range(browse.PAGE_SIZE + 1):
        product(f"Brief {number}")
    assert "Page </span>2" in client.get("/shop/").text
    assert client.get("/shop/?page=2").status_code == 200
    for page in ("0", "3", "-1", "x", "1000000000", "²"):
        assert client.get("/shop/", {"page": page}).status_code == 404


@pytest.mark.parametrize("query", ["", "a" * 100, "\0", "'; drop table", "<script>alert(1)</script>"])
def test_whatever_is_searched_for_is_answered_and_never_run(client: Client, query: str) -> None:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_a_search_of_ten_kilobytes_is_refused_with_the_reason(client: Client) -> None:
    response = client.get("/search/", {"q": "brief " * 1_700})
    assert response.status_code == 400
    assert "100 at most" in response.text


def test_odd_filters_are_left_out(client: Client) -> None:
    product("Brief")
    response = client.get("/shop/", {"min_price": "-1", "max_price": "1e9", "sort": "rm", "colour": "\0"})
    assert response.status_code == 200
    assert "Brief" in response.text


def test_an_unknown_or_closed_category_is_not_found(client: Client) -> None:
    CategoryFactory(slug="closed", active=False)
    assert client.get("/c/closed/").status_code == 404
    assert client.get("/c/unknown/").status_code == 404


def test_numbers_keep_the_ends_and_the_neighbours() -> None:
    listing = browse.Listing(cards=[], total=0, page=6, pages=12, sort="new")
    assert listing.numbers == [1, None, 5, 6, 7, None, 12]

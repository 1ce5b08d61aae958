"""Pages by number, then by place: every product once, in order, to the end and back."""

import pytest
from django.test import Client

from catalog import browse, listing_rows
from catalog.filters import Filters
from catalog.places import SORTS, Place
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db
BY_PLACE = [sort for sort in SORTS if sort != "relevance"]


@pytest.fixture(autouse=True)
def _shop() -> None:
    for number in range(23):
        VariantSizeFactory(
            variant__product__base_price_kobo=500_000 + number % 4 * 100_000, on_hand=0 if number % 5 == 0 else 2
        )
    listing_rows.apply_changes()


def slugs(listing: browse.Listing) -> list[str]:
    return [card["slug"] for card in listing.cards]


@pytest.mark.parametrize("sort", BY_PLACE)
@pytest.mark.parametrize("size", [1, 4, 22, 23, 24])
def test_places_lead_through_everything_once_and_back(sort: str, size: int) -> None:
    whole = slugs(browse.listing(sort=sort, size=50))
    page = browse.listing(sort=sort, size=size)
    seen = [slugs(page)]
    while page.after:
        page = browse.listing(sort=sort, place=page.after, size=size)
        seen.append(slugs(page))
    assert [slug for page_slugs in seen for slug in page_slugs] == whole
    back = [slugs(page)]
    while page.before:
        page = browse.listing(sort=sort, place=page.before, size=size)
        back.append(slugs(page))
    assert back[::-1] == seen


def test_behind_the_numbered_pages_the_next_one_begins_where_the_last_ended(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "NUMBERED_MAX", 2)
    monkeypatch.setattr(browse.listing, "__defaults__", (None, None, "", 1, None, 5))
    last_numbered = client.get("/shop/?page=2&sort=price")
    assert "sort=price&amp;after=" in last_numbered.text
    place = browse.listing(sort="price", page=2).after
    behind = client.get("/shop/", {"sort": "price", "after": str(place)})
    assert behind.status_code == 200
    assert "Previous" in behind.text
    assert client.get("/shop/?page=3").status_code == 404


@pytest.mark.parametrize("after", ["nonsense", "bmV3OjA6MDow", "a" * 500, "²", str(Place("new", False, 2**63, 1))])
def test_a_place_that_is_not_ours_leads_nowhere(client: Client, after: str) -> None:
    assert client.get("/shop/", {"after": after}).status_code == 404


def test_a_place_reads_as_it_was_written() -> None:
    place = Place("-price", True, -850_000, 17, True)
    assert Place.read(str(place)) == place


def test_a_capped_count_says_so_and_counts_no_further(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.facets.COUNTED_MAX", 10)
    listing = browse.listing(filters=Filters(in_stock=True))
    assert (listing.total, listing.is_capped) == (10, True)
    assert {row["count"] for row in listing.facets["size"]} == {None}
    assert "More than 10 styles" in client.get("/shop/?in_stock=1").text
    assert browse.listing().total == 23

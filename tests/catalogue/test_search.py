"""Search finds what is meant: stems, beginnings, synonyms, slips of the finger; the name counts most."""

import pytest
from django.test import Client

from catalog import browse, listing_rows, search
from catalog.filters import Filters
from catalog.models import Category, Synonyms
from catalog.suggest import suggest
from tests.factories import CategoryFactory, ColourFactory, ProductFactory, VariantFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


def product(name: str, **fields: object) -> None:
    made = ProductFactory(name=name, **fields)
    VariantSizeFactory(variant=VariantFactory(product=made, colour=ColourFactory(slug="black")), on_hand=3)


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_known", (-search.LEXICON_SECONDS, {}))
    product("Everyday Boxer", category=CategoryFactory(name="Briefs"), description="Soft cotton.")
    product("Sculpt Legging", category=CategoryFactory(name="Gymwear"), description="Wear it over a boxer.")
    product("Ọlá Ankara Set", category=CategoryFactory(name="Sets"), description="Two pieces.")
    Synonyms.objects.create(words="boxer, brief, underwear, pant")
    Synonyms.objects.create(words="gymwear, gym wear")
    listing_rows.apply_changes()
    search.learn_words()


def found(query: str) -> list[str]:
    listing = browse.listing(filters=Filters(query=query))
    return [] if listing.nearest else [card["name"] for card in listing.cards]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("leggings", "Sculpt Legging"),
        ("legg", "Sculpt Legging"),
        ("LEGGING black", "Sculpt Legging"),
        ("ola", "Ọlá Ankara Set"),
        ("ỌLÁ", "Ọlá Ankara Set"),
        ("cotton", "Everyday Boxer"),
        ("underwear", "Everyday Boxer"),
        ("pants", "Everyday Boxer"),
        ("gym wear", "Sculpt Legging"),
        ("the boxer for me", "Everyday Boxer"),
    ],
)
def test_what_is_meant_is_found_first(query: str, first: str) -> None:
    assert found(query)[:1] == [first]


def test_the_name_counts_more_than_the_description() -> None:
    assert found("boxer") == ["Everyday Boxer", "Sculpt Legging"]


@pytest.mark.parametrize(
    ("query", "meant"),
    [("legings", "legging"), ("boxxer black", "boxer black"), ("ankarra", "ankara"), ("boxrs", "boxer")],
)
def test_a_slip_of_the_finger_is_mended_and_said(client: Client, query: str, meant: str) -> None:
    assert browse.listing(filters=Filters(query=query)).corrected == meant
    page = client.get("/search/", {"q": query}).text
    assert f"Nothing is called “{query}”" in page
    assert f"<strong>{meant}</strong>" in page


def test_a_word_that_is_like_nothing_is_not_turned_into_something() -> None:
    assert search.corrected("xylophone") is None
    assert browse.listing(filters=Filters(query="xylophone")).total == 0


def test_what_comes_close_is_shown_where_nothing_matches_every_word(client: Client) -> None:
    listing = browse.listing(filters=Filters(query="ankara boxer"))
    assert listing.nearest
    assert {card["name"] for card in listing.cards} == {"Ọlá Ankara Set", "Everyday Boxer", "Sculpt Legging"}
    assert "These come close" in client.get("/search/?q=ankara+boxer").text


@pytest.mark.parametrize(
    "query", ["& | !", "a:*", "'", "\\", "(", "boxer:*ABCD", "<->", "the of and", "%", "\x01", "ﷺ" * 50]
)
def test_no_query_breaks_the_search(client: Client, query: str) -> None:
    assert client.get("/search/", {"q": query}).status_code == 200
    assert client.get("/search/suggestions/", {"q": query}).status_code == 200


def test_synonyms_work_at_once_and_both_ways() -> None:
    assert found("joggers") == []
    Synonyms.objects.create(words="jogger, legging")
    assert found("joggers") == ["Sculpt Legging"]


def test_suggestions_while_typing(client: Client) -> None:
    suggested = suggest("gym")
    assert [category["name"] for category in suggested.categories] == ["Gymwear"]
    assert [card["name"] for card in suggested.products] == ["Sculpt Legging"]
    assert suggest("scu").queries == ["sculpt"]
    assert suggest("black scu").queries == ["black sculpt"]
    assert [card["name"] for card in suggest("boxer").products] == ["Everyday Boxer"]
    assert not suggest("s").any
    fragment = client.get("/search/suggestions/?q=scu").text
    assert 'role="option"' in fragment
    assert "<html" not in fragment


def test_a_slip_while_typing_suggests_what_was_meant() -> None:
    suggested = suggest("black legings")
    assert suggested.queries == ["black legging"]
    assert [card["name"] for card in suggested.products] == ["Sculpt Legging"]
    assert [category["name"] for category in suggest("gymwaer").categories] == ["Gymwear"]
    assert not suggest("xylophone").any


def test_a_search_without_a_hit_leads_on_to_the_categories(client: Client) -> None:
    page = client.get("/search/?q=xylophone").text
    assert "No style matches" in page
    assert f'class="pill" href="{Category.objects.get(name="Briefs").get_absolute_url()}"' in page
    assert "Filter and sort" not in page
    assert "Filter and sort" in client.get("/search/?q=legging").text


def test_a_category_is_not_suggested_while_its_department_is_hidden() -> None:
    department = CategoryFactory(name="Loungewear", active=False)
    CategoryFactory(name="Gymnastics", parent=department)
    assert [category["name"] for category in suggest("gym").categories] == ["Gymwear"]

"""A bundle: N slots, a saving that is worked out from the picks, and a clear word for what is missing."""

import gzip
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from catalog.models import Product, Variant, VariantSize
from tests.factories import (
    BundleFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pieces() -> list[VariantSize]:
    """₦8,500 each; two of the first are left."""
    first = VariantSizeFactory(variant=VariantFactory(sku="A-BLK"), size=SizeFactory(name="M"), on_hand=2)
    second = VariantSizeFactory(variant=VariantFactory(sku="B-BLK"), size=SizeFactory(name="L"))
    BundleFactory(slug="three", name="Three", eligible=[first.variant.product, second.variant.product])
    return [first, second]


def choice(*picks: tuple[str, str]) -> dict[str, str]:
    return {
        name: value
        for number, (piece, size) in enumerate(picks, start=1)
        for name, value in ((f"piece_{number}", piece), (f"size_{number}", size))
    }


def error_of(text: str, slot: int) -> str:
    """What a slot of the page says against its piece."""
    found = re.search(rf'id="slot-{slot}-error">([^<]*)<', text)
    return found[1] if found else ""


WHOLE = choice(("A-BLK", "M"), ("B-BLK", "L"), ("A-BLK", "M"))


@pytest.mark.usefixtures("pieces")
def test_the_saving_is_computed_from_the_picks(client: Client) -> None:
    text = client.get("/bundles/three/", WHOLE).text
    assert "3 of 3 chosen" in text
    assert 'You save <span class="price">₦5,500</span> (22%)' in text


@pytest.mark.usefixtures("pieces")
def test_no_saving_is_claimed_before_all_is_chosen(client: Client) -> None:
    text = client.get("/bundles/three/", choice(("A-BLK", "M"))).text
    assert "1 of 3 chosen" in text
    assert 'You save <span class="price">₦5,500</span> or more' in text
    assert "%)" not in text


def test_what_is_not_published_yet_makes_no_bundle_dearer(client: Client, pieces: list[VariantSize]) -> None:
    later = ProductFactory(base_price_kobo=100, publish_at=timezone.now() + timedelta(days=1))
    VariantSizeFactory(variant__product=later)
    BundleFactory(slug="later", name="Later", eligible=[later])
    BundleFactory(slug="both", name="Both", eligible=[later, pieces[0].variant.product])
    cards = {card["slug"]: card["saving"]["amount"] for card in client.get("/api/v1/bundles/").json()["results"]}
    assert cards == {"three": 550_000, "both": 550_000}


def test_no_saving_is_shown_where_there_is_none(client: Client, pieces: list[VariantSize]) -> None:
    BundleFactory(slug="dear", price_kobo=9_000_000, eligible=[row.variant.product for row in pieces])
    assert "You save" not in client.get("/bundles/dear/", WHOLE).text + client.get("/bundles/dear/").text


@pytest.mark.usefixtures("pieces")
def test_stock_is_counted_over_all_slots(client: Client) -> None:
    text = client.get("/bundles/three/", choice(*[("A-BLK", "M")] * 3)).text
    assert "Only 2 of" in text
    assert "2 of 3 chosen" in text


@pytest.mark.usefixtures("pieces")
def test_a_whole_choice_goes_into_the_bag_as_one_line(client: Client) -> None:
    response = client.post("/bag/", {"bundle": "three", **WHOLE}, follow=True)
    assert response.redirect_chain == [("/bag/", 302)]
    assert '<span class="count">1' in response.text


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize(
    ("picks", "slot", "words"),
    [
        (choice(("A-BLK", "M"), ("B-BLK", "L")), 3, "Choose a style and colour."),
        (choice(("A-BLK", "M"), ("B-BLK", ""), ("A-BLK", "M")), 2, "Choose a size."),
        (choice(("A-BLK", "M"), ("B-BLK", "XS"), ("A-BLK", "M")), 2, "is not made in XS"),
        (choice(("A-BLK", "M"), ("Z", "M"), ("A-BLK", "M")), 2, "This style is no longer sold"),
        (choice(*[("A-BLK", "M")] * 3), 3, "Only 2 of"),
    ],
)
def test_what_is_missing_is_told_at_its_slot_and_nothing_is_added(
    client: Client, picks: dict[str, str], slot: int, words: str
) -> None:
    response = client.post("/bag/", {"bundle": "three", **picks})
    assert response.status_code == 400
    assert words in error_of(response.text, slot)
    assert all(not error_of(response.text, other) for other in {1, 2, 3} - {slot})
    assert "It is empty" in client.get("/bag/").text


@pytest.mark.usefixtures("pieces")
def test_every_slot_tells_what_it_lacks(client: Client) -> None:
    text = client.post("/bag/", {"bundle": "three", "piece_2": "A-BLK"}).text
    words = "Choose a style and colour."
    assert [error_of(text, slot) for slot in (1, 2, 3)] == [words, "Choose a size.", words]


@pytest.mark.usefixtures("pieces")
def test_what_the_bag_holds_already_counts_and_is_told_at_the_slot(client: Client) -> None:
    client.post("/bag/", {"sku": "A-BLK-M", "quantity": "1"})
    response = client.post("/bag/", {"bundle": "three", **WHOLE})
    assert response.status_code == 400
    assert "1 of them are in your bag already" in error_of(response.text, 3)
    assert 'value="A-BLK"' in response.text


@pytest.mark.usefixtures("pieces")
def test_a_piece_that_was_withdrawn_is_flagged_and_the_others_stay(client: Client) -> None:
    Product.objects.filter(variants__sku="B-BLK").update(active=False)
    text = client.get("/bundles/three/", WHOLE).text
    assert "no longer sold" in error_of(text, 2)
    assert not error_of(text, 1) + error_of(text, 3)
    assert "2 of 3 chosen" in text


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize(
    ("data", "query"),
    [
        ({"show": "1", "csrfmiddlewaretoken": "x" * 64, **choice(("A-BLK", "M"))}, "?piece_1=A-BLK&size_1=M"),
        ({"pick": "A-BLK", "slot": "2"}, "?piece_2=A-BLK#slot-2"),
        ({"pick": "A-BLK", "slot": "2", "want": "M"}, "?piece_2=A-BLK&size_2=M#slot-2"),
        (
            {"pick": "A-BLK", "slot": "2", **choice(("A-BLK", "M"))},
            "?piece_1=A-BLK&size_1=M&piece_2=A-BLK&size_2=M#slot-2",
        ),
        ({"pick": "A-BLK", "slot": "99"}, "?piece_1=A-BLK#slot-99"),
        ({"pick": "NONE", "slot": "1"}, "#slot-1"),
        ({"do": "copy-1", **choice(("A-BLK", "M"))}, "?piece_1=A-BLK&size_1=M&piece_2=A-BLK&size_2=M"),
        ({"do": "copy-1", **WHOLE}, f"?{urlencode(WHOLE)}"),
        ({"do": "clear-1", **choice(("A-BLK", "M"))}, ""),
        (
            {"do": "size-1", **choice(("A-BLK", "M"), ("B-BLK", "L"))},
            "?piece_1=A-BLK&size_1=M&piece_2=B-BLK&size_2=M",
        ),
        ({"do": "size-\u00b2", **choice(("A-BLK", "M"))}, "?piece_1=A-BLK&size_1=M"),
        ({"do": "melt-1"}, ""),
        ({"choose": "2"}, "?choose=2#picker"),
        ({"show": "1", "line": "7"}, "?line=7"),
        ({"show": "1", "line": "7 OR 1"}, ""),
    ],
)
def test_buttons_work_without_scripts_and_the_choice_is_the_address(
    client: Client, data: dict[str, str], query: str
) -> None:
    response = client.post("/bag/", {"bundle": "three", **data})
    assert (response.status_code, response.headers["Location"]) == (302, f"/bundles/three/{query}")


@pytest.mark.usefixtures("pieces")
def test_the_part_that_depends_on_the_choice_comes_alone(client: Client) -> None:
    part = client.get("/bundles/three/", {**choice(("A-BLK", "M")), "do": "copy-1", "part": "1"})
    assert "2 of 3 chosen" in part.text
    assert "<html" not in part.text
    assert 'id="picker"' not in part.text


@pytest.mark.usefixtures("pieces")
def test_it_is_told_what_stands_in_the_way(client: Client) -> None:
    assert "Choose 3 more pieces." in client.get("/bundles/three/").text
    assert "Piece 1: choose a size." in client.get("/bundles/three/", {"piece_1": "A-BLK"}).text
    assert 'aria-disabled="true"' not in client.get("/bundles/three/", WHOLE).text


def test_sixty_products_in_all_colours_and_sizes_take_as_many_queries_as_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    products = [ProductFactory() for _ in range(60)]
    colours = [ColourFactory(slug=f"colour-{number}") for number in range(6)]
    sizes = [SizeFactory(name=name) for name in ("XS", "S", "M", "L", "XL", "2XL")]
    variants = Variant.objects.bulk_create(
        Variant(product=product, colour=colour, sku=f"S{product.pk}-{colour.pk}")
        for product in products
        for colour in colours
    )
    VariantSize.objects.bulk_create(
        VariantSize(variant=variant, size=size, sku=f"{variant.sku}-{size.name}")
        for variant in variants
        for size in sizes
    )
    bundle = BundleFactory(pieces=12, eligible=products)
    with connection.cursor() as cursor:  # as a shop that has been filled for a while is known to its planner
        cursor.execute("ANALYZE catalog_product, catalog_variant, catalog_variantsize")
    client.get("/help/")  # the navigation of every page is in the cache from here on
    with django_assert_max_num_queries(6):
        answer = client.get(bundle.get_absolute_url())
    assert len(gzip.compress(answer.content)) < 40_000


def test_an_unknown_bundle_is_not_found(client: Client) -> None:
    BundleFactory(slug="closed", active=False)
    assert client.get("/bundles/closed/").status_code == 404
    assert client.post("/bag/", {"bundle": "closed", **WHOLE}).status_code == 404


def test_the_list_tells_the_least_that_any_choice_saves(client: Client, pieces: list[VariantSize]) -> None:
    VariantSize.objects.filter(pk=pieces[1].pk).update(price_kobo=700_000)
    text = client.get("/bundles/").text
    assert 'You save <span class="price">₦1,000</span> or more' in text

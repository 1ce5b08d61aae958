"""A bundle: N slots, a saving that is worked out from the picks, and a clear word for what is missing."""

import pytest
from django.test import Client

from catalog.models import VariantSize
from tests.factories import BundleFactory, SizeFactory, VariantFactory, VariantSizeFactory

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
    assert "You save" not in text


def test_no_saving_is_shown_where_there_is_none(client: Client, pieces: list[VariantSize]) -> None:
    BundleFactory(slug="dear", price_kobo=9_000_000, eligible=[row.variant.product for row in pieces])
    assert "You save" not in client.get("/bundles/dear/", WHOLE).text


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
    ("picks", "field"),
    [
        (choice(("A-BLK", "M"), ("B-BLK", "L")), "piece_3"),
        (choice(("A-BLK", "M"), ("B-BLK", ""), ("A-BLK", "M")), "size_2"),
        (choice(("A-BLK", "M"), ("B-BLK", "XS"), ("A-BLK", "M")), "size_2"),
        (choice(("A-BLK", "M"), ("Z", "M"), ("A-BLK", "M")), "piece_2"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_added(client: Client, picks: dict[str, str], field: str) -> None:
    response = client.post("/bag/", {"bundle": "three", **picks})
    assert response.status_code == 400
    assert field in response.text
    assert "It is empty" in client.get("/bag/").text


@pytest.mark.usefixtures("pieces")
def test_update_keeps_the_choice_in_the_address_and_the_token_out_of_it(client: Client) -> None:
    data = {"bundle": "three", "show": "1", "csrfmiddlewaretoken": "x" * 64, **choice(("A-BLK", "M"))}
    response = client.post("/bag/", data)
    assert (response.status_code, response.headers["Location"]) == (302, "/bundles/three/?piece_1=A-BLK&size_1=M")


def test_an_unknown_bundle_is_not_found(client: Client) -> None:
    BundleFactory(slug="closed", active=False)
    assert client.get("/bundles/closed/").status_code == 404
    assert client.post("/bag/", {"bundle": "closed", **WHOLE}).status_code == 404


def test_the_list_tells_the_least_that_any_choice_saves(client: Client, pieces: list[VariantSize]) -> None:
    VariantSize.objects.filter(pk=pieces[1].pk).update(price_kobo=700_000)
    text = client.get("/bundles/").text
    assert 'You save <span class="price">₦1,000</span> or more' in text

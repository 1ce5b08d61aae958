"""GET products/ and bundles/."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from catalog import listing_rows, stock
from catalog.models import VariantSize
from tests.api.conftest import fields_of
from tests.factories import (
    BundleFactory,
    CategoryFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
)

PRODUCTS = "/api/v1/products/"


def address(size: VariantSize) -> str:
    return f"{PRODUCTS}{size.variant.product.slug}/"


def test_a_product_shows_its_colours_sizes_prices_and_stock(api: APIClient, db: None) -> None:
    size = VariantSizeFactory(on_hand=4, price_kobo=990_050)
    product = api.get(address(size)).json()
    assert product["slug"] == size.variant.product.slug
    (variant,) = product["variants"]
    assert variant["colour"] == {"name": "Black", "slug": "black", "hex": "#1E1E1E"}
    assert variant["sizes"] == [
        {
            "sku": size.sku,
            "size": "M",
            "price": {"amount": 990_050, "currency": "NGN", "display": "₦9,900.50"},
            "compare_at": None,
            "lowest_30_days": None,
            "sale_ends_at": None,
            "in_stock": True,
            "available": 4,
            "is_low": False,
        }
    ]


@pytest.mark.parametrize(("on_hand", "shown"), [(0, 0), (10, 10), (11, 10), (500, 10)])
def test_available_is_capped_at_ten(api: APIClient, db: None, on_hand: int, shown: int) -> None:
    size = api.get(address(VariantSizeFactory(on_hand=on_hand))).json()["variants"][0]["sizes"][0]
    assert (size["available"], size["in_stock"]) == (shown, shown > 0)


def test_what_is_not_on_sale_is_not_there(api: APIClient, db: None) -> None:
    hidden = VariantSizeFactory(variant__product__active=False)
    closed = VariantSizeFactory(variant__product__category__active=False)
    for slug in (hidden.variant.product.slug, closed.variant.product.slug, "never-was"):
        answer = api.get(f"{PRODUCTS}{slug}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_public_answers_carry_no_cookie_and_may_be_kept(api: APIClient, db: None) -> None:
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product])
    for url in (PRODUCTS, address(size), "/api/v1/bundles/", f"/api/v1/bundles/{bundle.slug}/"):
        answer = api.get(url)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"].startswith("public, max-age=")


def test_what_the_client_has_already_is_answered_304_until_it_changes(
    api: APIClient, db: None, django_capture_on_commit_callbacks: Any
) -> None:
    size = VariantSizeFactory(on_hand=4)
    first = api.get(address(size))
    again = api.get(address(size), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with django_capture_on_commit_callbacks(execute=True):
        stock.adjust(size.pk, -1, "damaged")
    changed = api.get(address(size), headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["variants"][0]["sizes"][0]["available"] == 3


def test_a_product_of_any_size_takes_six_queries_at_most_and_none_when_it_is_cached(
    api: APIClient, db: None, settings: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    product = ProductFactory()
    for colour in ("black", "white", "navy"):
        variant = VariantFactory(product=product, colour=ColourFactory(slug=colour))
        for name in ("S", "M", "L", "XL"):
            VariantSizeFactory(variant=variant, size=SizeFactory(name=name), on_hand=1)
    url = f"{PRODUCTS}{product.slug}/"
    settings.CACHE_ENABLED = False
    with django_assert_max_num_queries(6):
        first = api.get(url)
    settings.CACHE_ENABLED = True
    api.get(url)
    with django_assert_max_num_queries(0):
        assert api.get(url).content == first.content


def test_a_list_takes_as_few_queries_for_many_products(
    api: APIClient, db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        VariantSizeFactory(on_hand=1)
    listing_rows.apply_changes()
    with django_assert_max_num_queries(6):
        assert len(api.get(PRODUCTS).json()["results"]) == 12


def test_filters_narrow_the_list_and_facets_count_it(api: APIClient, db: None) -> None:
    briefs, sets = CategoryFactory(slug="briefs", name="Briefs"), CategoryFactory(slug="sets", name="Sets")
    brief = VariantSizeFactory(variant__product__category=briefs, variant__product__gender="men", on_hand=2)
    suit = VariantSizeFactory(
        variant__product__category=sets,
        variant__product__base_price_kobo=2_500_000,
        variant__colour__slug="white",
        size__name="L",
        on_hand=0,
    )

    def found(query: str) -> list[str]:
        return [card["slug"] for card in api.get(f"{PRODUCTS}?{query}").json()["results"]]

    only_brief, only_suit = [brief.variant.product.slug], [suit.variant.product.slug]
    assert found("category=briefs") == only_brief
    assert found("colour=White") == found("colour=white") == only_suit
    assert found("size=L") == only_suit
    assert found("gender=men") == only_brief
    assert found("min_price=2500000") == only_suit
    assert found("max_price=850000") == only_brief
    assert found("in_stock=true") == only_brief
    assert found(f"q={suit.variant.product.name}".replace(" ", "+")) == only_suit
    assert found("sort=-price") == only_brief + only_suit, "what can be bought comes first"
    assert found("colour=white&size=M") == []
    facets = api.get(PRODUCTS).json()["facets"]
    assert {row["value"]: row["count"] for row in facets["category"]} == {"briefs": 1, "sets": 1}
    assert {row["value"]: row["count"] for row in facets["size"]} == {"M": 1, "L": 1}


def test_cursors_lead_through_every_product_once_and_back(api: APIClient, db: None) -> None:
    for _ in range(30):
        VariantSizeFactory(on_hand=1)
    first = api.get(f"{PRODUCTS}?sort=best").json()
    second = api.get(first["next"]).json()
    slugs = [card["slug"] for card in first["results"] + second["results"]]
    assert len(set(slugs)) == len(slugs) == 30
    assert first["previous"] is None
    assert second["next"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert "sort=best" in first["next"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=nonsense", "cursor"),
        ("cursor=cGFnZTow", "cursor"),
        ("min_price=cheap", "min_price"),
        ("max_price=-1", "max_price"),
        ("max_price=99999999999999999999999", "max_price"),
        ("sort=random", "sort"),
        ("gender=dog", "gender"),
        ("in_stock=perhaps", "in_stock"),
        ("q=%00", "q"),
        (f"q={'x' * 101}", "q"),
        ("size=%00", "size"),
        ("&".join(["colour=black"] * 21), "colour"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(api: APIClient, db: None, query: str, field: str) -> None:
    answer = api.get(f"{PRODUCTS}?{query}")
    assert answer.status_code == 400
    assert fields_of(answer.json()) == [field]


def test_unknown_and_empty_parameters_are_left_aside(api: APIClient, db: None) -> None:
    VariantSizeFactory()
    assert len(api.get(f"{PRODUCTS}?page=3&colour=&variant__product__active=0").json()["results"]) == 1


def test_a_bundle_lists_what_may_be_picked(api: APIClient, db: None) -> None:
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product], price_kobo=2_000_000)
    listed = api.get("/api/v1/bundles/").json()["results"]
    whole = api.get(f"/api/v1/bundles/{bundle.slug}/").json()
    assert [row["slug"] for row in listed] == [bundle.slug]
    assert whole["pieces"] == 3
    assert whole["price"] == {"amount": 2_000_000, "currency": "NGN", "display": "₦20,000"}
    assert whole["eligible"][0]["variants"][0]["sizes"][0]["sku"] == size.sku
    assert api.get("/api/v1/bundles/none/").status_code == 404


def test_the_catalogue_does_not_look_at_sessions(db: None) -> None:
    browser = Client()
    browser.cookies["sessionid"] = "k" * 32
    answer = browser.get(address(VariantSizeFactory()))
    assert answer.status_code == 200
    assert "Cookie" not in answer.headers.get("Vary", "")

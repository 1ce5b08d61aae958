"""A slug that was changed leads to the new one, whoever changed it; a slug taken again is its new owner's."""

import pytest
from django.db import connection
from django.test import Client

from catalog import listing_rows
from catalog.models import Bundle, Category, OldAddress, Product
from tests.factories import BundleFactory, CategoryFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


def brief(slug: str = "brief") -> Product:
    product: Product = VariantSizeFactory(variant__product__slug=slug).variant.product
    return product


def test_a_product_is_found_under_its_old_address_for_ever(client: Client) -> None:
    product = brief()
    for slug in ("boxer", "trunk"):
        Product.objects.filter(pk=product.pk).update(slug=slug)
    for old in ("brief", "boxer"):
        answer = client.get(f"/products/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/products/trunk/")
        api = client.get(f"/api/v1/products/{old}/")
        assert (api.status_code, api["Location"]) == (301, "/api/v1/products/trunk/")
    assert client.get("/products/trunk/").status_code == 200


def test_what_was_chosen_in_an_old_address_is_chosen_in_the_new_one(client: Client) -> None:
    product = brief()
    bundle = BundleFactory(slug="three", eligible=[product])
    CategoryFactory(slug="briefs")
    colour = product.variants.get().colour.slug
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    Bundle.objects.filter(pk=bundle.pk).update(slug="any-three")
    Category.objects.filter(slug="briefs").update(slug="underwear")
    for old, new in (
        (f"/products/brief/?colour={colour}&size=M", f"/products/boxer/?colour={colour}&size=M"),
        ("/products/brief/reviews/?stars=5", "/products/boxer/reviews/?stars=5"),
        ("/bundles/three/?piece_1=A-BLK&size_1=M", "/bundles/any-three/?piece_1=A-BLK&size_1=M"),
        ("/c/briefs/?colour=black&page=2", "/c/underwear/?colour=black&page=2"),
    ):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, new)


def test_a_choice_that_is_gone_does_not_stand_in_the_way(client: Client) -> None:
    product = brief()
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    answer = client.get("/products/brief/?colour=puce", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain == [("/products/boxer/?colour=puce", 301), ("/products/boxer/", 302)]


def test_the_page_of_reviews_moves_with_its_product(client: Client) -> None:
    product = brief()
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    answer = client.get("/products/brief/reviews/")
    assert (answer.status_code, answer["Location"]) == (301, "/products/boxer/reviews/")
    assert client.get("/products/boxer/reviews/").status_code == 404


def test_the_api_moves_the_slug_alone(client: Client) -> None:
    product = brief("products")  # as the address around it is called too
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    for rest in ("", "reviews/", "reviews/?stars=5"):
        answer = client.get(f"/api/v1/products/products/{rest}")
        assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/products/boxer/{rest}")
    assert client.get("/api/v1/products/never/reviews/").status_code == 404


def test_by_whatever_way_it_was_changed(client: Client) -> None:
    product = brief()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET slug = 'raw' WHERE id = %s", [product.pk])
    assert client.get("/products/brief/")["Location"] == "/products/raw/"


def test_there_and_back_runs_in_no_circle(client: Client) -> None:
    product = brief()
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    Product.objects.filter(pk=product.pk).update(slug="brief")
    assert client.get("/products/brief/").status_code == 200
    assert client.get("/products/boxer/")["Location"] == "/products/brief/"


def test_a_slug_taken_again_is_its_new_owners(client: Client) -> None:
    product = brief()
    Product.objects.filter(pk=product.pk).update(slug="boxer")
    brief("brief")
    assert client.get("/products/brief/").status_code == 200
    assert not OldAddress.objects.filter(slug="brief").exists()


def test_categories_and_bundles_move_too(client: Client) -> None:
    bundle = BundleFactory(slug="three", eligible=[brief()])
    CategoryFactory(slug="briefs")
    listing_rows.apply_changes()
    Bundle.objects.filter(pk=bundle.pk).update(slug="any-three")
    Category.objects.filter(slug="briefs").update(slug="underwear")
    assert client.get("/bundles/three/")["Location"] == "/bundles/any-three/"
    assert client.get("/api/v1/bundles/three/")["Location"] == "/api/v1/bundles/any-three/"
    assert client.get("/c/briefs/")["Location"] == "/c/underwear/"


@pytest.mark.parametrize("address", ["/products/never/", "/c/never/", "/bundles/never/", "/api/v1/products/never/"])
def test_what_never_was_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404

"""Stars on the cards of lists: in words too, from what the product keeps, and none where nobody has reviewed it."""

from collections.abc import Callable

import pytest
from django.test import Client

from catalog.models import Product, Review
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db


def test_a_card_shows_average_and_count_and_nothing_without_reviews(
    client: Client, product: Product, review_of: Callable[..., Review]
) -> None:
    unknown = VariantSizeFactory().variant.product
    for stars in (5, 5, 4):
        review_of(product, stars=stars)
    review_of(product, stars=1, state="pending")
    page = client.get("/shop/").text
    assert "4.7 of 5 stars, 3 reviews" in page
    assert page.count("of 5 stars") == 1
    ratings = {card["slug"]: card["rating"] for card in client.get("/api/v1/products/").json()["results"]}
    assert ratings[product.slug] == {"average": 4.7, "count": 3}
    assert ratings[unknown.slug] is None

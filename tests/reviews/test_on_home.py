"""The first page quotes the newest good reviews of what is on sale, by first name alone; without any it is silent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog import ratings
from catalog.models import Product, Review

pytestmark = pytest.mark.django_db
HEADING = "What buyers say"


def test_the_newest_good_ones_are_quoted_with_a_first_name(
    client: Client, product: Product, review_of: Callable[..., Review]
) -> None:
    assert HEADING not in client.get("/").text
    for number in range(4):
        review_of(product, stars=5 - number % 2, title=f"Good {number}", display_name="Ada Obi")
    review_of(product, stars=3, title="Middling")
    review_of(product, stars=5, title="Not read yet", state="pending")
    page = client.get("/").text
    assert [number for number in range(4) if f"Good {number}" in page] == [1, 2, 3]
    assert f"{product.get_absolute_url()}#reviews" in page
    assert "Ada" in page
    assert not any(words in page for words in ("Obi", "Middling", "Not read yet"))


def test_neither_old_ones_nor_those_of_what_is_not_on_sale(
    product: Product, review_of: Callable[..., Review], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    review = review_of(product, stars=5)
    with django_assert_num_queries(1):
        assert [row["title"] for row in ratings.recent_praise(3)] == [review.title]
    Product.objects.update(active=False)
    assert ratings.recent_praise(3) == []
    Product.objects.update(active=True)
    Review.objects.update(created_at=timezone.now() - timedelta(days=ratings.PRAISE_DAYS + 1))
    assert ratings.recent_praise(3) == []

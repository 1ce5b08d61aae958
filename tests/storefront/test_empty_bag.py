"""An empty bag shows what this browser looked at, which it tells to that page alone, and what others buy."""

import pytest
from django.test import Client

from catalog import listing_rows
from catalog.models import ListingRow
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db


def a_product(name: str, sold: int = 0, on_hand: int = 5) -> str:
    """Its slug."""
    product = VariantSizeFactory(variant__product__name=name, on_hand=on_hand).variant.product
    listing_rows.apply_changes()
    # As the order of best sellers is kept: what sells most has the lowest number.
    ListingRow.objects.filter(product=product).update(by_sales=-sold)
    return product.slug


def empty_bag(seen: str = "") -> str:
    shopper = Client()
    if seen:
        shopper.cookies["seen"] = seen
    answer = shopper.get("/bag/")
    assert answer.status_code == 200
    return answer.text


def test_what_sells_best_comes_first() -> None:
    a_product("Slow tee", 1)
    a_product("Quick tee", 9)
    a_product("Gone tee", 99, on_hand=0)
    text = empty_bag()
    assert "What others buy" in text
    assert text.index("Quick tee") < text.index("Slow tee")
    assert "Gone tee" not in text
    assert "You looked at" not in text


def test_what_was_looked_at_comes_newest_first_and_once() -> None:
    first, second = a_product("First tee"), a_product("Second tee")
    text = empty_bag(f"{second}.{first}.{second}.no-longer-sold")
    assert "You looked at" in text
    assert text.index("Second tee") < text.index("First tee")
    assert text.count('<h3 class="card-name">Second tee</h3>') == 1


@pytest.mark.parametrize("seen", ["'; DROP TABLE", "../..", "a" * 5000, "..", "\0", "%00"])
def test_an_odd_cookie_shows_nothing(seen: str) -> None:
    a_product("First tee")
    assert "You looked at" not in empty_bag(seen)


def test_pages_of_products_tell_it_and_say_nothing_of_a_visitor(client: Client) -> None:
    slug = a_product("First tee")
    page = client.get(f"/products/{slug}/")
    assert f'data-product="{slug}"' in page.text
    assert "seen" not in page.cookies


def test_a_bag_with_something_in_it_shows_neither(client: Client) -> None:
    slug = a_product("First tee")
    client.cookies["seen"] = slug
    client.post("/bag/", {"sku": VariantSizeFactory().sku})
    text = client.get("/bag/").text
    assert "You looked at" not in text
    assert "What others buy" not in text

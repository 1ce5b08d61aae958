"""One product's page: colours, sizes, true stock, one price, and the same bytes for everybody."""

import json
import re

import pytest
from django.conf import settings as django_settings
from django.test import Client

from catalog import stock
from catalog.models import Product
from tests.ahead import Ahead
from tests.factories import ColourFactory, ProductFactory, SizeFactory, VariantFactory, VariantSizeFactory, lagos

pytestmark = pytest.mark.django_db


@pytest.fixture
def brief() -> Product:
    """Black in M (2 left), L (sold out) and XL (dearer); white in M (plenty)."""
    product = ProductFactory(name="Everyday Brief", slug="everyday-brief", base_price_kobo=850_000)
    black = VariantFactory(product=product, colour=ColourFactory(slug="black"), sku="EB-BLK", position=0)
    white = VariantFactory(product=product, colour=ColourFactory(slug="white"), sku="EB-WHT", position=1)
    VariantSizeFactory(variant=black, size=SizeFactory(name="M"), on_hand=2)
    VariantSizeFactory(variant=black, size=SizeFactory(name="L"), on_hand=0)
    VariantSizeFactory(variant=black, size=SizeFactory(name="XL"), price_kobo=900_000)
    VariantSizeFactory(variant=white, size=SizeFactory(name="M"))
    return product


def page(client: Client, address: str = "/products/everyday-brief/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.text


@pytest.mark.usefixtures("brief")
def test_no_size_is_chosen_and_the_price_says_from(client: Client) -> None:
    text = page(client)
    assert "checked" not in text
    assert '<span class="muted">From</span> <span class="price">₦8,500</span>' in text


@pytest.mark.usefixtures("brief")
def test_the_address_chooses_colour_and_size(client: Client) -> None:
    text = page(client, "/products/everyday-brief/?colour=black&size=XL")
    assert re.search(r'value="EB-BLK-XL"[^>]* checked', text)
    assert 'data-price aria-live="polite"><span class="price">₦9,000</span>' in text


@pytest.mark.usefixtures("brief")
def test_low_stock_is_told_truly_and_sold_out_is_marked(client: Client) -> None:
    text = page(client)
    assert "Only 2 left in M" in text
    assert re.search(r'size is-gone"><input[^>]* value="EB-BLK-L"[^>]* data-gone', text)
    assert not re.search(r'value="EB-BLK-M"[^>]* data-gone', text)
    assert "Only" not in page(client, "/products/everyday-brief/?colour=white")


@pytest.mark.usefixtures("brief")
def test_a_colour_without_the_chosen_size_is_shown_without_one(client: Client) -> None:
    assert "checked" not in page(client, "/products/everyday-brief/?colour=white&size=XL")


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("choice", ["colour=plaid", "size=9XL", "colour=%00", "size=" + "9" * 5000])
def test_an_unknown_choice_leads_to_the_page_without_it(client: Client, choice: str) -> None:
    response = client.get(f"/products/everyday-brief/?{choice}")
    assert (response.status_code, response.headers["Location"]) == (302, "/products/everyday-brief/")


def test_what_is_not_on_sale_is_not_found(client: Client, brief: Product) -> None:
    Product.objects.filter(pk=brief.pk).update(active=False)
    assert client.get("/products/everyday-brief/").status_code == 404
    assert client.get("/products/unknown/").status_code == 404


def test_a_sold_out_product_keeps_its_page(client: Client) -> None:
    VariantSizeFactory(variant__product__slug="gone", on_hand=0)
    text = page(client, "/products/gone/")
    assert "is sold out" in text
    assert "Add to bag" not in text
    assert "schema.org/OutOfStock" in text


@pytest.mark.usefixtures("brief")
def test_structured_data_says_what_the_page_says(client: Client) -> None:
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(client), re.DOTALL)
    assert data
    group, *_, crumbs = json.loads(data[1])
    offers = {
        offer["sku"]: (offer["offers"]["price"], offer["offers"]["availability"]) for offer in group["hasVariant"]
    }
    assert offers["EB-BLK-M"] == ("8500", "https://schema.org/InStock")
    assert offers["EB-BLK-L"] == ("8500", "https://schema.org/OutOfStock")
    assert offers["EB-BLK-XL"][0] == "9000"
    assert crumbs["@type"] == "BreadcrumbList"


def test_words_of_staff_are_text_and_never_markup(client: Client) -> None:
    evil = "</script><script>alert(1)</script>{{ settings.SECRET_KEY }}"
    VariantSizeFactory(variant__product__slug="evil", variant__product__name="Evil", variant__product__description=evil)
    text = page(client, "/products/evil/")
    assert "<script>alert" not in text
    assert "{{ settings.SECRET_KEY }}" in text
    assert django_settings.SECRET_KEY not in text


@pytest.mark.usefixtures("brief")
def test_the_page_costs_six_queries_without_the_cache(
    client: Client, settings: object, django_assert_max_num_queries: object
) -> None:
    settings.CACHE_ENABLED = False  # type: ignore[attr-defined]
    lagos()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        page(client)


@pytest.mark.usefixtures("brief")
@pytest.mark.django_db(transaction=True)
def test_kept_it_costs_no_query_and_holds_no_token(django_assert_num_queries: object) -> None:
    shop = Ahead()
    first = shop.get("/products/everyday-brief/").text
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert shop.get("/products/everyday-brief/").text == first
    assert "csrfmiddlewaretoken" not in first


def test_the_kept_page_follows_the_stock(
    client: Client, brief: Product, django_capture_on_commit_callbacks: object
) -> None:
    assert "Only 2 left in M" in page(client)
    size = brief.variants.get(sku="EB-BLK").sizes.get(size__name="M")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        stock.adjust(size.pk, -1, "damaged")
    assert "Only 1 left in M" in page(client)


@pytest.mark.usefixtures("brief")
def test_the_bag_of_one_visitor_is_never_shown_to_another(client: Client) -> None:
    client.post("/bag/", {"sku": "EB-WHT-M", "quantity": "2"})
    assert '<span class="count">2' in client.get("/bag/").text
    assert client.cookies["bag_count"].value == "2"
    assert page(client) == page(Client())

"""What search engines read is what customers see: sitemaps, canonical addresses, structured data."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog import listing_rows, sitemaps
from catalog.models import Image
from orders.models import ZoneArea
from tests.factories import (
    BundleFactory,
    CategoryFactory,
    ProductFactory,
    SizeFactory,
    VariantFactory,
    VariantSizeFactory,
    ZoneFactory,
    lagos,
)

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: Client, path: str) -> list[str]:
    root = ElementTree.fromstring(client.get(path).content)
    return [element.text or "" for element in root.iter(f"{SPACE}loc")]


def structured(client: Client, path: str) -> list[dict[str, Any]]:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.S)
    found = [json.loads(script) for script in scripts]
    return [thing for part in found for thing in (part if isinstance(part, list) else [part])]


def local(address: str) -> str:
    assert address.startswith(f"{settings.SITE_URL}/")
    return address.removeprefix(settings.SITE_URL)


def test_the_index_leads_to_every_page_that_is_shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "PRODUCTS_EACH", 2)
    lagos()
    briefs = CategoryFactory(slug="briefs")
    sizes = [VariantSizeFactory(variant__product__category=briefs) for _ in range(5)]
    VariantSizeFactory(variant__product__slug="hidden", variant__product__active=False)
    of_hidden_department = CategoryFactory(slug="robes", parent=CategoryFactory(slug="hidden-department", active=False))
    VariantSizeFactory(variant__product__category=of_hidden_department)
    BundleFactory(slug="three", eligible=[sizes[0].variant.product])
    listing_rows.apply_changes()
    index = [local(address) for address in addresses(client, "/sitemap.xml")]
    pages = [local(address) for path in index for address in addresses(client, path)]
    assert {size.variant.product.get_absolute_url() for size in sizes} <= set(pages)
    assert {"/", "/shop/", "/c/briefs/", "/bundles/three/", "/help/delivery/"} <= set(pages)
    assert len(pages) == len(set(pages))
    assert not [page for page in pages if "hidden" in page or "robes" in page]
    assert all(client.get(page).status_code == 200 for page in pages)
    assert "Sitemap: " in client.get("/robots.txt").text
    assert client.get("/sitemap-products-999999.xml").status_code == 404


def test_a_file_of_the_sitemap_takes_two_queries_and_names_pictures(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    size = VariantSizeFactory()
    made = {"state": "ready", "width": 1080, "height": 1350, "renditions": {"jpeg": {"1080": "r/1.jpeg"}}}
    Image.objects.create(variant=size.variant, alt="Front", **made)
    listing_rows.apply_changes()
    number = sitemaps.numbers()[0]
    with django_assert_max_num_queries(2):
        text = client.get(f"/sitemap-products-{number}.xml").text
    assert f"<image:loc>{settings.SITE_URL}/media/r/1.jpeg</image:loc>" in text
    assert "<lastmod>2" in text


def test_offers_say_the_price_and_stock_of_the_page(client: Client) -> None:
    variant = VariantFactory(product__slug="brief", product__name="Brief </script>")
    VariantSizeFactory(variant=variant, size=SizeFactory(name="M"), on_hand=3)
    VariantSizeFactory(variant=variant, size=SizeFactory(name="L"), on_hand=0, price_kobo=950_050)
    things = structured(client, "/products/brief/")
    [group] = [thing for thing in things if thing["@type"] == "ProductGroup"]
    offers = {piece["size"]: piece["offers"] for piece in group["hasVariant"]}
    assert (offers["M"]["price"], offers["M"]["availability"]) == ("8500", "https://schema.org/InStock")
    assert (offers["L"]["price"], offers["L"]["availability"]) == ("9500.5", "https://schema.org/OutOfStock")
    assert "aggregateRating" not in group
    [crumbs] = [thing for thing in things if thing["@type"] == "BreadcrumbList"]
    assert [crumb["name"] for crumb in crumbs["itemListElement"]][-1] == "Brief </script>"


def test_offers_name_what_delivery_costs_where_and_where_returns_are_told(client: Client) -> None:
    lagos()
    abroad = ZoneFactory(slug="abroad", name="Abroad", fee_kobo=2_500_050, min_days=7, max_days=14)
    for country, state in (("GH", ""), ("NG", "Ogun"), ("NG", "Edo")):
        ZoneArea.objects.create(zone=abroad, country=country, state=state, area="")
    ZoneFactory(slug="moon", name="The moon")  # no address leads there
    ZoneFactory(slug="closed", active=False)
    size = VariantSizeFactory(variant__product__slug="brief")
    BundleFactory(slug="three", eligible=[size.variant.product])
    for path in ("/products/brief/", "/bundles/three/"):
        things = {thing.get("@id", thing["@type"]): thing for thing in structured(client, path)}
        piece = things["Product"] if "Product" in things else things["ProductGroup"]["hasVariant"][0]
        ways = {local(named["@id"]): things[named["@id"]] for named in piece["offers"]["shippingDetails"]}
        assert set(ways) == {"/help/delivery/#lagos-island", "/help/delivery/#abroad"}
        near, far = ways["/help/delivery/#lagos-island"], ways["/help/delivery/#abroad"]
        assert near["shippingRate"] == {"@type": "MonetaryAmount", "value": "4000", "currency": "NGN"}
        assert far["shippingRate"]["value"] == "25000.5"
        days = far["deliveryTime"]["transitTime"]
        assert (days["minValue"], days["maxValue"]) == (7, 14)
        assert [(to["addressCountry"], to.get("addressRegion")) for to in far["shippingDestination"]] == [
            ("GH", None),
            ("NG", ["Edo", "Ogun"]),
        ]
        policy = things[piece["offers"]["hasMerchantReturnPolicy"]["@id"]]
        assert client.get(local(policy["merchantReturnLink"])).status_code == 200


@pytest.mark.parametrize(
    ("pieces", "left", "availability"),
    [(3, 3, "InStock"), (3, 2, "OutOfStock"), (12, 12, "InStock"), (12, 9, "OutOfStock")],
)
def test_a_bundle_is_offered_at_its_price_while_there_are_pieces_enough(
    client: Client, pieces: int, left: int, availability: str
) -> None:
    size = VariantSizeFactory(on_hand=left)
    BundleFactory(slug="three", name="Three", pieces=pieces, price_kobo=2_000_000, eligible=[size.variant.product])
    things = structured(client, "/bundles/three/")
    [bundle] = [thing for thing in things if thing["@type"] == "Product"]
    assert (bundle["offers"]["price"], bundle["offers"]["priceCurrency"]) == ("20000", "NGN")
    assert bundle["offers"]["availability"] == f"https://schema.org/{availability}"
    [crumbs] = [thing for thing in things if thing["@type"] == "BreadcrumbList"]
    assert [crumb["name"] for crumb in crumbs["itemListElement"]] == ["Home", "Bundles", "Three"]
    [page] = [thing for thing in structured(client, "/bundles/") if thing["@type"] == "CollectionPage"]
    assert [item["name"] for item in page["mainEntity"]["itemListElement"]] == ["Three"]


def test_no_two_pages_of_help_have_the_same_title_or_words(client: Client) -> None:
    found = []
    for path in ("/help/", "/help/delivery/", "/help/returns/", "/help/sizes/", "/contact/", "/privacy/", "/terms/"):
        text = client.get(path).text
        title, shared, described = (
            re.findall(pattern, text)
            for pattern in (
                r"<title>([^<]*)</title>",
                r'<meta property="og:description" content="([^"]*)">',
                r'<meta name="description" content="([^"]*)">',
            )
        )
        assert shared == described
        assert len(title) == len(shared) == 1
        found += title + shared
    assert len(found) == len(set(found)) == 14


def test_the_words_of_a_list_name_it_and_its_page(client: Client) -> None:
    briefs = CategoryFactory(slug="briefs", name="Briefs")
    for _ in range(25):
        VariantSizeFactory(variant__product__category=briefs, on_hand=1)
    for path, words in (("/c/briefs/", "Briefs at Prechi"), ("/c/briefs/?page=2", "Briefs, page 2, at Prechi")):
        assert f'<meta name="description" content="{words} Clothing, Lagos: 25 styles,' in client.get(path).text


def test_lists_name_their_products_in_order_and_home_says_how_to_search(client: Client) -> None:
    briefs = CategoryFactory(slug="briefs", name="Briefs")
    for number in range(3):
        product = ProductFactory(
            category=briefs, name=f"Brief {number}", publish_at=timezone.now() - timedelta(days=3 - number)
        )
        VariantSizeFactory(variant__product=product, on_hand=1)
    things = structured(client, "/c/briefs/")
    [page] = [thing for thing in things if thing["@type"] == "CollectionPage"]
    assert [item["name"] for item in page["mainEntity"]["itemListElement"]] == ["Brief 2", "Brief 1", "Brief 0"]
    [web] = [thing for thing in structured(client, "/") if thing["@type"] == "WebSite"]
    assert web["potentialAction"]["target"]["urlTemplate"] == f"{settings.SITE_URL}/search/?q={{words}}"


@pytest.mark.parametrize(
    ("address", "canonical", "indexed"),
    [
        ("/shop/", "/shop/", True),
        ("/shop/?page=2", "/shop/?page=2", True),
        ("/shop/?new=1", "/shop/?new=1", True),
        ("/shop/?colour=black", "/shop/", False),
        ("/shop/?colour=black&page=2", "/shop/", False),
        ("/search/?q=brief", "/search/?q=brief", False),
    ],
)
def test_one_address_for_what_is_the_same(client: Client, address: str, canonical: str, indexed: bool) -> None:
    for _ in range(25):
        VariantSizeFactory(variant__product__is_new=True, on_hand=1)
    text = client.get(address).text
    if "search" not in address:
        assert f'<link rel="canonical" href="{settings.SITE_URL}{canonical}">' in text
    assert ("noindex" not in text) is indexed

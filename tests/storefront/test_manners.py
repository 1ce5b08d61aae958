"""What every page keeps to: policy, landmarks, one heading, no inline code; and the pages that help."""

import re
from typing import Any

import pytest
from django.test import Client

from catalog import listing_rows
from tests.factories import BundleFactory, CategoryFactory, VariantSizeFactory, lagos, placed_order

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/shop/",
    "/shop/?new=1",
    "/c/briefs/",
    "/products/brief/",
    "/bundles/",
    "/bundles/three/",
    "/search/",
    "/search/?q=brief",
    "/search/?q=nothing",
    "/bag/",
    "/track/",
    "/help/",
    "/help/delivery/",
    "/help/returns/",
    "/help/sizes/",
    "/help/questions/",
    "/contact/",
    "/privacy/",
    "/terms/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]


@pytest.fixture(autouse=True)
def _shop() -> None:
    lagos()
    briefs = CategoryFactory(slug="briefs", name="Briefs", minimum_quantity=3)
    size = VariantSizeFactory(
        variant__product__slug="brief", variant__product__name="Brief", variant__product__category=briefs
    )
    BundleFactory(slug="three", eligible=[size.variant.product])
    listing_rows.apply_changes()


@pytest.mark.parametrize("address", PAGES)
def test_every_page_keeps_its_manners(client: Client, address: str) -> None:
    response = client.get(address)
    text = response.text
    assert response.status_code == 200
    assert '<html lang="en-NG">' in text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert text.count("<main") == 1
    assert 'class="skip" href="#main"' in text
    assert " style=" not in text
    assert "<style" not in text
    assert not re.findall(r"<script(?![^>]*(?: src=|application/ld\+json))", text)
    assert not re.findall(r" on\w+=\"", text)
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.parametrize("address", PAGES)
def test_ids_are_given_once_and_labels_lead_to_fields(client: Client, address: str) -> None:
    text = client.get(address).text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', text)) <= set(ids)


def test_titles_tell_pages_apart(client: Client) -> None:
    titles = [re.search(r"<title>(.*?)</title>", client.get(address).text, re.DOTALL) for address in PAGES]
    shown = [" ".join(title[1].split()) for title in titles if title]
    assert len(set(shown)) == len(PAGES)


def test_the_policy_allows_no_code_of_others(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"].split("; ")
    assert {"script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(policy)


def test_delivery_fees_are_those_of_the_zones(client: Client) -> None:
    text = client.get("/help/delivery/").text
    assert "₦4,000" in text
    assert "3–5" in text
    assert "Eti-Osa" in text


def test_the_smallest_quantities_are_those_of_the_categories(client: Client) -> None:
    assert "Briefs: at least 3 pieces" in client.get("/terms/").text


def test_what_is_not_there_offers_a_way_on(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'role="search"' in response.text
    assert 'href="/c/briefs/"' in response.text


def test_a_broken_page_says_what_payers_must_know(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.browse.new_arrivals", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Do not pay again yet" in response.text
    assert "not charged" not in response.text
    assert "ZeroDivisionError" not in response.text


def test_files_for_programs(client: Client) -> None:
    robots = client.get("/robots.txt").text
    assert "Disallow: /checkout/" in robots
    assert "/sitemap.xml" in robots
    sitemap = client.get("/sitemap.xml")
    assert sitemap.headers["Content-Type"] == "application/xml"
    assert "/sitemap-pages.xml</loc>" in sitemap.text
    assert client.get("/.well-known/security.txt").text.startswith("Contact: mailto:")


def test_pages_of_a_customer_are_not_indexed(client: Client) -> None:
    for address in ("/bag/", "/accounts/login/", f"/orders/{placed_order().token}/", "/search/?q=brief"):
        assert 'content="noindex"' in client.get(address).text


@pytest.mark.parametrize("address", ["/help/delivery/", "/help/returns/", "/help/questions/", "/privacy/", "/terms/"])
def test_a_policy_says_when_its_words_last_changed(client: Client, address: str) -> None:
    assert re.search(r'Last updated <time datetime="20\d\d-\d\d-\d\d">', client.get(address).text)


def test_the_figures_of_answers_are_those_that_the_code_enforces(client: Client, settings: Any) -> None:
    settings.HOLD_MINUTES, settings.RETURN_DAYS = 37, 9
    text = client.get("/help/questions/").text
    assert "For 37 minutes from" in text
    assert "within 9 days of its delivery" in text

"""Country and currency are chosen in header and footer, without scripts, and remembered; every page then says its
prices so, and nobody else's page does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import freshness, publishing
from catalog.models import ExchangeRate, VariantSize
from orders.models import Order, Zone
from tests.factories import (
    BundleFactory,
    DeliveryMethodFactory,
    ProductFactory,
    VariantSizeFactory,
    dollar_rate,
    lagos,
)
from tests.storefront.test_checkout_page import ADA

pytestmark = pytest.mark.django_db


@pytest.fixture
def size() -> VariantSize:
    """₦8,500 at ₦1,500 for a dollar: $5.67; delivery $2.67."""
    lagos()
    product = ProductFactory(slug="brief", name="Everyday Brief", category__slug="briefs")
    row = VariantSizeFactory(variant__product=product, on_hand=5)
    BundleFactory(slug="three", eligible=[product])
    dollar_rate()
    freshness.catch_up()
    return row


@pytest.fixture
def dollars(client: Client, size: VariantSize, settings: Any) -> Client:
    """Whoever chose dollars, where they are charged."""
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    client.post("/region/", {"currency": "USD", "country": "GB"})
    return client


@pytest.fixture
def about(client: Client, size: VariantSize) -> Client:
    """Whoever chose dollars, where naira are charged."""
    client.post("/region/", {"currency": "USD"})
    return client


def test_every_page_has_the_form_and_it_leads_back(client: Client, size: VariantSize) -> None:
    text = client.get("/shop/?sort=price").text
    assert text.count('action="/region/"') == 3  # header, menu on telephones, footer
    assert 'name="next" value="/shop/?sort=price"' in text
    answer = client.post("/region/", {"currency": "USD", "country": "CA", "next": "/shop/?sort=price"})
    assert answer.headers["Location"] == "/shop/?sort=price"
    assert (client.cookies["currency"].value, client.cookies["country"].value) == ("USD", "CA")
    assert client.cookies["currency"]["samesite"] == "Lax"


def test_its_page_has_every_country_and_shows_what_was_chosen(dollars: Client) -> None:
    text = dollars.get("/region/?next=/bag/").text
    assert '<option value="GB" selected>' in text
    assert '<option value="USD" selected>' in text
    assert '<option value="FJ">Fiji</option>' in text
    assert 'name="next" value="/bag/"' in text


@pytest.mark.parametrize(
    "address", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "/\\evil.test", "x" * 999]
)
def test_it_leads_nowhere_else(client: Client, address: str) -> None:
    assert client.post("/region/", {"next": address}).headers["Location"] == "/"
    assert 'type="hidden" name="next" value="/"' in client.get("/region/", {"next": address}).text


@pytest.mark.parametrize("fields", [{"currency": "EUR"}, {"currency": "usd"}, {"country": "XX"}, {"country": ""}, {}])
def test_what_the_shop_does_not_know_changes_nothing(dollars: Client, fields: dict[str, str]) -> None:
    assert dollars.post("/region/", fields).status_code == 302
    assert (dollars.cookies["currency"].value, dollars.cookies["country"].value) == ("USD", "GB")


def test_another_site_cannot_choose(size: VariantSize) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/region/", {"currency": "USD"}, headers={"origin": "https://evil.test"}).status_code == 403
    assert "currency" not in stranger.cookies


def test_naira_come_back(dollars: Client) -> None:
    dollars.post("/region/", {"currency": "NGN"})
    assert '<span class="price">₦8,500</span>' in dollars.get("/products/brief/").text


@pytest.mark.parametrize(
    "path", ["/", "/shop/", "/c/briefs/", "/products/brief/", "/search/?q=brief", "/search/suggestions/?q=brief"]
)
def test_pages_show_dollars_and_no_naira(dollars: Client, path: str) -> None:
    text = dollars.get(path).text
    assert '<span class="price">$5.67</span>' in text
    assert "₦8,500" not in text


def test_a_bundle_and_delivery_are_in_dollars(dollars: Client) -> None:
    assert '<span class="price">$13.34</span>' in dollars.get("/bundles/three/").text
    assert '<span class="price">$2.67</span>' in dollars.get("/help/delivery/").text
    assert '<span class="price">$2.67</span>' in dollars.get("/products/brief/").text


def test_where_they_are_not_charged_they_are_approximate_with_the_naira_beside_them(about: Client) -> None:
    for path in ("/shop/", "/products/brief/"):
        assert re.search(
            r'≈\xa0\$5\.67</span> <small class="charged">₦8,500<|≈&nbsp;\$5\.67</span> <small class="charged">₦8,500<',
            about.get(path).text,
        )
    assert "are approximate; you pay in naira" in about.get("/shop/").text


def test_without_a_rate_pages_stay_in_naira(client: Client) -> None:
    product = ProductFactory(slug="brief")
    VariantSizeFactory(variant__product=product)
    client.cookies["currency"] = "USD"
    text = client.get("/products/brief/").text
    assert "₦8,500" in text
    assert "$" not in re.sub(r"<option.*?</option>", "", text)


def test_a_filter_of_prices_is_in_dollars(dollars: Client) -> None:
    assert "Everyday Brief" in dollars.get("/shop/?max_price=6").text
    answer = dollars.get("/shop/?min_price=6").text
    assert "From $6" in answer
    assert "/products/brief/" not in answer


def test_the_bag_and_the_checkout_charge_dollars(dollars: Client, size: VariantSize) -> None:
    dollars.post("/bag/", {"sku": size.sku})
    assert '<span class="price">$5.67</span>' in dollars.get("/bag/").text
    first = dollars.get("/checkout/").text
    assert '<option value="GB" selected>' in first  # the chosen country is where it goes, until they say otherwise
    text = dollars.post("/checkout/", {**ADA, "update": "1"}).text
    assert 'name="expected_total" value="834"' in text
    assert 'name="currency" value="USD"' in text
    assert "in USD. Your pieces" in text
    answer = dollars.post("/checkout/", {**ADA, "expected_total": "834", "currency": "USD"})
    assert answer.status_code == 307
    order = Order.objects.get()
    assert (order.currency, order.total_subunit) == ("USD", 834)
    assert "$8.34" in dollars.get(order.get_absolute_url()).text


def test_who_saw_dollars_is_charged_dollars_whatever_was_chosen_since(dollars: Client, size: VariantSize) -> None:
    dollars.post("/bag/", {"sku": size.sku})
    dollars.post("/region/", {"currency": "NGN"})
    dollars.post("/checkout/", {**ADA, "expected_total": "834", "currency": "USD"})
    assert Order.objects.get().currency == "USD"


def test_what_is_charged_is_said_before_paying(about: Client, size: VariantSize) -> None:
    about.post("/bag/", {"sku": size.sku})
    bag = about.get("/bag/").text
    assert '₦8,500</span> <small class="charged">≈&nbsp;$5.67</small>' in bag
    text = about.post("/checkout/", {**ADA, "update": "1"}).text
    assert 'You will be charged <strong><span class="price">₦12,500</span></strong>; $8.34 is about' in text
    assert 'name="expected_total" value="1250000"' in text
    about.post("/checkout/", {**ADA, "expected_total": "1250000", "currency": "NGN"})
    assert Order.objects.get().currency == "NGN"


def test_it_is_about_the_way_that_is_charged_also_where_another_is_cheaper_in_dollars(
    about: Client, size: VariantSize
) -> None:
    Zone.objects.update(usd_fee_cents=9_900)
    DeliveryMethodFactory(zone=Zone.objects.get())  # ₦7,500: $5.00
    about.post("/bag/", {"sku": size.sku})
    text = about.post("/checkout/", {**ADA, "update": "1"}).text
    assert 'You will be charged <strong><span class="price">₦12,500</span></strong>; $104.67 is about' in text


def test_dollars_that_are_no_longer_charged_are_refused_with_the_reason(
    dollars: Client, size: VariantSize, settings: Any
) -> None:
    dollars.post("/bag/", {"sku": size.sku})
    settings.PAYSTACK_CURRENCIES = ["NGN"]
    answer = dollars.post("/checkout/", {**ADA, "expected_total": "834", "currency": "USD"})
    assert answer.status_code == 400
    assert "The shop charges in naira" in answer.text
    assert not Order.objects.exists()


def test_the_wishlist_is_in_dollars(dollars: Client, size: VariantSize) -> None:
    dollars.post("/wishlist/", {"sku": size.sku})
    assert "$5.67" in dollars.get("/wishlist/").text


def test_the_api_answers_in_the_currency_of_the_address_and_not_of_a_cookie(dollars: Client, size: VariantSize) -> None:
    (card,) = dollars.get("/api/v1/products/").json()["results"]
    assert card["price_from"]["display"] == "₦8,500"
    (card,) = dollars.get("/api/v1/products/?currency=USD").json()["results"]
    assert card["price_from"] == {"amount": 567, "currency": "USD", "display": "$5.67"}
    page = dollars.get("/api/v1/products/brief/?currency=USD").json()
    assert page["variants"][0]["sizes"][0]["price"]["amount"] == 567
    assert dollars.get("/api/v1/products/brief/").json()["price_from"]["currency"] == "NGN"
    assert dollars.get("/api/v1/bundles/?currency=USD").json()["results"][0]["price"]["amount"] == 1334
    assert dollars.get("/api/v1/bundles/three/?currency=USD").json()["price"]["amount"] == 1334
    for path in ("/api/v1/products/", "/api/v1/products/brief/", "/api/v1/bundles/", "/api/v1/bundles/three/"):
        refused = dollars.get(f"{path}?currency=EUR")
        assert (refused.status_code, refused.json()["code"]) == (400, "currency_not_supported")


def test_the_api_says_what_is_charged_where_it_is_another_currency(about: Client, size: VariantSize) -> None:
    price = about.get("/api/v1/products/brief/?currency=USD").json()["price_from"]
    assert price["charged"] == {"amount": 850_000, "currency": "NGN", "display": "₦8,500"}


def test_a_planned_rate_takes_over_at_its_moment(dollars: Client, size: VariantSize) -> None:
    assert "$5.67" in dollars.get("/products/brief/").text
    dollar_rate("1700")
    freshness.catch_up()
    assert "$5</span>" in dollars.get("/products/brief/").text
    dollar_rate("850", starts_at=timezone.now() + timedelta(seconds=60))
    ExchangeRate.objects.filter(naira=850).update(starts_at=timezone.now() + timedelta(milliseconds=1))
    publishing.apply_due()
    freshness.catch_up()
    assert "$10</span>" in dollars.get("/products/brief/").text


def test_a_saving_is_as_approximate_as_the_prices_that_it_comes_from(
    client: Client, size: VariantSize, settings: Any
) -> None:
    client.post("/region/", {"currency": "USD"})
    assert "You save ≈&nbsp;" in client.get("/bundles/three/").text
    assert "You save ≈&nbsp;" in client.get("/bundles/").text
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    assert "You save <span" in client.get("/bundles/").text

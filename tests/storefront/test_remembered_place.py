"""Where to is asked once: product pages, the bag and the checkout then tell what delivery there costs, and pages that
are the same for everybody stay so."""

import re

import pytest
from django.test import Client

from catalog.models import VariantSize
from orders.models import Zone, ZoneArea
from tests.factories import ProductFactory, VariantSizeFactory, ZoneFactory, dollar_rate
from tests.storefront.test_checkout_page import ADA

pytestmark = pytest.mark.django_db
IKEJA = {"country": "NG", "state": "Lagos", "area": "Ikeja"}
LINE = "/delivery/line/"


@pytest.fixture(autouse=True)
def size() -> VariantSize:
    """Mainland ₦6,000, the island ₦4,000, Oyo ₦7,000, Ghana ₦22,000 and 5 % tax; elsewhere quoted."""
    for slug, fee, places in [
        ("lagos-island", 400_000, [("NG", "Lagos", "Eti-Osa")]),
        ("lagos-mainland", 600_000, [("NG", "Lagos", "")]),
        ("oyo", 700_000, [("NG", "Oyo", "")]),
        ("ghana", 2_200_000, [("GH", "", "")]),
    ]:
        zone = ZoneFactory(slug=slug, fee_kobo=fee, tax_basis_points=500 if slug == "ghana" else 0)
        for country, state, area in places:
            ZoneArea.objects.create(zone=zone, country=country, state=state, area=area)
    product = ProductFactory(slug="brief", name="Everyday Brief", category__slug="briefs")
    return VariantSizeFactory(variant__product=product, on_hand=5)


def choose(client: Client, next: str = "/products/brief/", here: str = "", **place: str) -> str:
    """Returns where it leads."""
    return str(client.post("/delivery/place/", {"next": next, "here": here, **place}).headers["Location"])


def summary(client: Client) -> str:
    """The totals of the bag, as text."""
    text = client.get("/bag/").text
    found = text[text.index('id="totals"') : text.index("</aside>")]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_place_that_decides_leads_back_and_is_kept_for_a_year(client: Client) -> None:
    assert choose(client, **IKEJA) == "/products/brief/"
    cookie = client.cookies["place"]
    assert (cookie.value, cookie["samesite"], cookie["max-age"]) == ("Lagos%7CIkeja", "Lax", 365 * 24 * 3600)
    assert client.cookies["country"].value == "NG"
    assert '<option value="Ikeja" selected>' in client.get("/delivery/place/").text


def test_what_is_missing_is_asked_for_before_it_leads_back(client: Client) -> None:
    asked = choose(client, country="NG")
    assert asked == "/delivery/place/?next=%2Fproducts%2Fbrief%2F"
    assert 'name="area"' not in client.get(asked).text
    asked = choose(client, country="NG", state="Lagos")
    page = client.get(asked).text
    assert '<option value="Lagos" selected>' in page
    assert 'name="area"' in page
    assert 'name="next" value="/products/brief/"' in page
    # Within the bag it is asked for where it stood.
    assert choose(client, next="/bag/", here="/bag/", country="NG", state="Lagos") == "/bag/"


@pytest.mark.parametrize("field", ["next", "here"])
def test_it_leads_to_no_other_site(client: Client, field: str) -> None:
    for address in ("https://evil.test/", "//evil.test/", "javascript:x"):
        place = IKEJA if field == "next" else {"country": "NG"}
        leads_to = choose(client, **{"next": "/bag/", field: address}, **place)
        assert leads_to.split("?")[0] in ("/help/delivery/", "/delivery/place/")
    page = client.get("/delivery/place/?next=https://evil.test/").text
    assert 'name="next" value="/help/delivery/"' in page[page.index("<main") : page.index("</main>")]


def test_another_site_cannot_choose(client: Client) -> None:
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post("/delivery/place/", IKEJA, headers={"origin": "https://evil.test"})
    assert answer.status_code == 403
    assert "place" not in stranger.cookies


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (IKEJA, '<strong>Lagos Mainland</strong> <span class="price">₦6,000</span>'),
        ({**IKEJA, "area": "Eti-Osa"}, "<strong>Lagos Island</strong>"),
        ({"country": "NG", "state": "Oyo"}, "₦7,000"),
        ({"country": "GH"}, "₦22,000"),
        ({"country": "CA"}, "<strong>Canada</strong>: delivery is quoted after packing"),
    ],
)
def test_the_line_of_a_product_page_tells_its_fee(client: Client, place: dict[str, str], told: str) -> None:
    choose(client, **place)
    answer = client.get(LINE)
    assert told in answer.text
    assert "Change" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "cookies",
    [
        {},
        {"country": "NG"},
        {"country": "NG", "place": "Lagos%7C"},
        {"country": "NG", "place": "Atlantis%7CIkeja"},
        {"country": "XX", "place": "Lagos%7CIkeja"},
        {"place": "Lagos%7CIkeja"},
        {"country": "NG", "place": "%00%ff|<b>"},
        {"country": "NG", "place": "x" * 9000},
    ],
)
def test_without_a_place_that_decides_there_is_no_line(client: Client, cookies: dict[str, str]) -> None:
    for name, value in cookies.items():
        client.cookies[name] = value
    answer = client.get(LINE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/delivery/place/").status_code == 200


def test_the_line_is_in_dollars_for_who_chose_them(client: Client) -> None:
    dollar_rate()
    choose(client, **IKEJA)
    client.post("/region/", {"currency": "USD"})
    assert '≈&nbsp;$4</span> <small class="charged">₦6,000</small>' in client.get(LINE).text


def test_who_chooses_another_country_is_told_of_that_one_and_finds_the_area_again(client: Client) -> None:
    choose(client, **IKEJA)
    client.post("/region/", {"country": "GH"})
    assert "₦22,000" in client.get(LINE).text
    client.post("/region/", {"country": "NG"})
    assert "₦6,000" in client.get(LINE).text


def test_nothing_of_the_place_is_in_a_page_for_everybody(client: Client) -> None:
    for path in ("/", "/products/brief/", "/help/delivery/", "/shop/"):
        before = client.get(path).content
        choose(client, **IKEJA)
        assert client.get(path).content == before


def test_the_bag_asks_where_to_and_then_counts_delivery_in(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    assert "Delivery by your area" in summary(client)
    assert "What does delivery cost?" in summary(client)
    choose(client, **IKEJA)
    assert "Lagos Mainland" in summary(client)
    assert "₦6,000" in summary(client)
    assert "Total ₦14,500" in summary(client)
    assert "Delivery to Ikeja, Lagos" in summary(client)
    choose(client, country="GH")
    assert "Tax ₦425" in summary(client)
    assert "Total ₦30,925" in summary(client)
    choose(client, country="CA")
    assert "Delivery Quoted later" in summary(client)


def test_a_fee_that_changed_is_told_at_once(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    choose(client, **IKEJA)
    Zone.objects.filter(slug="lagos-mainland").update(fee_kobo=650_000)
    assert "Total ₦15,000" in summary(client)
    assert "₦6,500" in client.get(LINE).text


def test_checkout_begins_there_and_remembers_where_an_order_went(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    choose(client, **IKEJA)
    first = client.get("/checkout/").text
    assert '<option value="Ikeja" selected>' in first
    assert 'name="expected_total" value="1450000"' in first
    there = {**ADA, "area": "Eti-Osa", "expected_total": "1250000", "currency": "NGN"}
    assert client.post("/checkout/", there).status_code == 307
    assert "Lagos Island" in client.get(LINE).text


def test_the_checker_can_remember_what_it_was_asked(client: Client) -> None:
    address = "/help/delivery/?area=Ikeja&country=NG&state=Lagos"
    page = client.get(address).text
    button = re.search(r'<button[^>]*formaction="/delivery/place/"[^>]*>', page)
    assert button
    assert 'formmethod="post"' in button[0]
    [back] = re.findall(r'value="([^"]*)"', button[0])
    assert choose(client, next=back.replace("&amp;", "&"), **IKEJA) == address
    assert "Lagos Mainland" in client.get(LINE).text
    assert "formaction" not in client.get("/help/delivery/").text

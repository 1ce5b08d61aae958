"""Checkout's one page: the fee follows the area, errors keep what was written, one click makes one order."""

import re

import pytest
from django.test import Client

from catalog import stock
from catalog.models import VariantSize
from orders.models import Bag, Order, Zone, ZoneArea
from tests.factories import UserFactory, VariantSizeFactory, ZoneFactory, lagos

pytestmark = pytest.mark.django_db

ADA = {
    "email": "ada@example.com",
    "full_name": "Ada Ọbị",
    "phone": "0803 123 4567",
    "country": "NG",
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "12 Admiralty Way",
    "landmark": "Blue gate",
    "note": "",
    "consent": "on",
}
ABROAD = {
    **{name: value for name, value in ADA.items() if name not in {"state", "area"}},
    "country": "GB",
    "city": "London",
    "postcode": "N1 1AA",
    "phone": "+44 20 7946 0958",
}
TOTAL = {"expected_total": "1250000"}


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory(on_hand=5)


@pytest.fixture
def shopper(client: Client, size: VariantSize) -> Client:
    """With one piece of ₦8,500 in the bag, in a shop that delivers to Lagos Island for ₦4,000."""
    lagos()
    client.post("/bag/", {"sku": size.sku})
    return client


def test_without_a_bag_it_leads_to_the_bag(client: Client) -> None:
    assert client.get("/checkout/").headers["Location"] == "/bag/"


def test_it_opens_without_a_fee_and_with_consent_unticked(shopper: Client) -> None:
    text = shopper.get("/checkout/").text
    assert "by your area" in text
    assert "Continue to the total" in text
    assert "expected_total" not in text
    assert not re.search(r'name="consent"[^>]* checked', text)


def test_who_is_signed_in_need_not_write_their_name(shopper: Client, size: VariantSize) -> None:
    ada = UserFactory(email="ada@prechi.test", full_name="Ada Obi")
    ada.save()
    shopper.force_login(ada)
    shopper.post("/bag/", {"sku": size.sku})
    text = shopper.get("/checkout/").text
    assert 'value="ada@prechi.test"' in text
    assert 'value="Ada Obi"' in text


def test_update_offers_the_areas_of_the_state_and_scolds_nobody(shopper: Client) -> None:
    response = shopper.post("/checkout/", {"update": "1", "country": "NG", "state": "Lagos", "email": "ada@exa"})
    assert response.status_code == 200
    assert '<option value="Eti-Osa">' in response.text
    assert '<option value="Dala">' not in response.text
    assert 'value="ada@exa"' in response.text
    assert "Error" not in response.text


def test_the_area_sets_the_fee(shopper: Client) -> None:
    ZoneArea.objects.create(
        zone=ZoneFactory(slug="lagos-mainland", fee_kobo=600_000), country="NG", state="Lagos", area=""
    )
    island = shopper.post("/checkout/", {"update": "1", **ADA}).text
    mainland = shopper.post("/checkout/", {"update": "1", **ADA, "area": "Ikeja"}).text
    assert 'name="expected_total" value="1250000"' in island
    assert 'name="expected_total" value="1450000"' in mainland
    assert 'Pay <span class="price">₦14,500</span> with Paystack' in mainland


def test_the_total_is_shown_before_anybody_pays_it(shopper: Client) -> None:
    response = shopper.post("/checkout/", ADA)
    assert response.status_code == 200
    assert 'Your total with delivery is <strong><span class="price">₦12,500</span>' in response.text
    assert not Order.objects.exists()


def test_placing_hands_the_post_on_to_the_payment(shopper: Client, size: VariantSize) -> None:
    response = shopper.post("/checkout/", {**ADA, **TOTAL})
    order = Order.objects.get()
    assert (response.status_code, response.headers["Location"]) == (307, f"/pay/{order.token}/")
    assert (order.total_subunit, order.phone, order.full_name) == (1_250_000, "+2348031234567", "Ada Ọbị")
    assert (order.state, order.area, order.landmark) == ("Lagos", "Eti-Osa", "Blue gate")
    size.refresh_from_db()
    assert size.reserved == 1


def test_a_second_click_finds_the_same_order(shopper: Client) -> None:
    shopper.post("/checkout/", {**ADA, **TOTAL})
    again = shopper.post("/checkout/", {**ADA, **TOTAL})
    order = Order.objects.get()
    assert (again.status_code, again.headers["Location"]) == (302, f"/orders/{order.token}/")


def test_a_client_cannot_send_its_own_amounts(shopper: Client) -> None:
    shopper.post("/checkout/", {**ADA, **TOTAL, "total": "1", "delivery_subunit": "0", "discount": "999999"})
    assert Order.objects.get().total_subunit == 1_250_000


def test_a_changed_price_is_told_instead_of_charged(shopper: Client) -> None:
    response = shopper.post("/checkout/", {**ADA, "expected_total": "1000000"})
    assert response.status_code == 409
    assert "The price changed" in response.text
    assert 'name="expected_total" value="1250000"' in response.text
    assert not Order.objects.exists()


def test_lost_stock_is_named(shopper: Client, size: VariantSize) -> None:
    stock.adjust(size.pk, -5, "damaged")
    response = shopper.post("/checkout/", {**ADA, **TOTAL})
    assert response.status_code == 409
    assert "is sold out" in response.text
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.c\r\nBcc: x@y.z"}, "email"),
        ({"full_name": ""}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"phone": "12"}, "phone"),
        ({"country": "XX"}, "country"),
        ({"state": "Texas"}, "state"),
        ({"area": "Dala"}, "area"),
        ({"area": ""}, "area"),
        ({"street": ""}, "street"),
        ({"note": "x" * 501}, "note"),
        ({"consent": ""}, "consent"),
        ({"street": "a\0b"}, "street"),
    ],
)
def test_an_error_is_linked_to_its_field_and_the_rest_is_kept(
    shopper: Client, change: dict[str, str], field: str
) -> None:
    response = shopper.post("/checkout/", {**ADA, **TOTAL, **change})
    assert response.status_code == 400
    assert "<title>Error: Checkout" in response.text
    assert f'<a href="#id_{field}">' in response.text
    assert f'id="id_{field}_error"' in response.text
    kept = "12 Admiralty Way" if field != "street" else "ada@example.com"
    assert f'value="{kept}"' in response.text
    assert not Order.objects.exists()


def test_abroad_asks_for_a_city_and_takes_a_postcode(shopper: Client) -> None:
    form = shopper.post("/checkout/", {"update": "1", "country": "GB"}).text
    assert "Landmark" not in form
    assert "rider" not in form
    assert "Note for the courier" in form
    assert 'name="city"' in form
    assert 'name="area"' not in form
    assert "quoted after packing" in form
    response = shopper.post("/checkout/", {**ABROAD, "expected_total": "850000"})
    order = Order.objects.get()
    assert response.status_code == 307
    assert (order.city, order.postcode, order.quote_status) == ("London", "N1 1AA", "awaiting")


def test_a_closed_zone_charges_nothing(shopper: Client) -> None:
    Zone.objects.update(active=False)
    assert "₦4,000" not in shopper.post("/checkout/", {"update": "1", **ADA}).text


def test_a_bag_that_was_ordered_stays_ordered(shopper: Client) -> None:
    shopper.post("/checkout/", {**ADA, **TOTAL})
    assert Bag.objects.get().state == "ordered"
    assert "It is empty" in shopper.get("/bag/").text

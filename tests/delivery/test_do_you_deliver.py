"""“Do you deliver to…” is answered on the delivery page, at checkout and by the API, from the table that is charged."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from orders.models import Zone, ZoneArea
from tests.api.conftest import api, fields_of  # noqa: F401 - fixtures
from tests.factories import ZoneFactory, dollar_rate

pytestmark = pytest.mark.django_db
PAGE, API = "/help/delivery/", "/api/v1/delivery/"


@pytest.fixture(autouse=True)
def zones() -> None:
    island = ZoneFactory(slug="lagos-island", free_from_kobo=5_000_000)
    mainland = ZoneFactory(slug="lagos-mainland", fee_kobo=600_000)
    ghana = ZoneFactory(slug="ghana", fee_kobo=2_200_000, tax_basis_points=500)
    west = ZoneFactory(slug="california", fee_kobo=9_000_000)
    for zone, country, state, area in [
        (island, "NG", "Lagos", "Eti-Osa"),
        (mainland, "NG", "Lagos", ""),
        (mainland, "NG", "Oyo", ""),
        (ghana, "GH", "", ""),
        (west, "US", "California", ""),
    ]:
        ZoneArea.objects.create(zone=zone, country=country, state=state, area=area)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"state": "Oyo"}, 'deliver to <strong>Oyo</strong>: <strong><span class="price">₦6,000'),
        ({"state": "Lagos", "area": "Eti-Osa"}, '<strong>Eti-Osa, Lagos</strong>: <strong><span class="price">₦4,000'),
        ({"state": "Lagos", "area": "Eti-Osa"}, 'Free from <span class="price">₦50,000'),
        ({"state": "Lagos", "area": "Ikeja"}, "₦6,000"),
        ({"country": "GH"}, "5 % tax is added"),
        ({"country": "GH", "state": "Lagos"}, "<strong>Ghana</strong>"),
        ({"country": "CA"}, "send to <strong>Canada</strong>. There is no fixed fee"),
        ({"country": "US"}, "send to <strong>United States of America</strong>. There is no fixed fee"),
        ({"country": "US", "state": "California"}, "₦90,000"),
        ({"state": "Kano"}, "send to <strong>Kano</strong>. There is no fixed fee"),
    ],
)
def test_the_page_says_what_it_costs_there(client: Client, asked: dict[str, str], told: str) -> None:
    page = client.get(PAGE, {"country": "NG"} | asked).text
    answer = page[page.index('id="place-answer"') :]
    assert told in answer[: answer.index("</form>")]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, ""),
        ({"country": "NG"}, "Choose your state."),
        ({"country": "XX\0"}, "Choose your state."),
        ({"country": "NG", "state": "Atlantis"}, "Choose your state."),
        ({"country": "NG", "state": "Lagos"}, "Areas of Lagos have different fees. Choose yours."),
        ({"country": "NG", "state": "Lagos", "area": "<b>"}, "Areas of Lagos have different fees. Choose yours."),
    ],
)
def test_what_is_missing_is_asked_for(client: Client, asked: dict[str, str], told: str) -> None:
    page = client.get(PAGE, asked)
    answer = page.text[page.text.index('id="place-answer"') :]
    answer = answer[: answer.index("</form>")]
    assert page.status_code == 200
    assert told in answer
    assert "<strong>" not in answer
    assert "<b>" not in answer


def test_areas_are_asked_for_only_where_they_differ(client: Client) -> None:
    assert 'name="area"' in client.get(PAGE, {"country": "NG", "state": "Lagos"}).text
    assert 'name="area"' not in client.get(PAGE, {"country": "NG", "state": "Oyo"}).text
    assert 'name="state"' not in client.get(PAGE, {"country": "CA"}).text
    assert "Region" in client.get(PAGE, {"country": "US"}).text


def test_the_api_answers_what_the_page_says(api: APIClient) -> None:  # noqa: F811
    found = api.get(API, {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}).json()
    assert found["place"] == "Eti-Osa, Lagos"
    assert found["delivery"]["zone"] == "Lagos Island"
    assert found["delivery"]["fee"]["amount"] == 400_000
    assert found["delivery"]["free_from"]["amount"] == 5_000_000
    assert api.get(API, {"country": "NG", "state": "Oyo"}).json()["delivery"]["fee"]["amount"] == 600_000
    abroad = api.get(API, {"country": "CA"}).json()
    assert (abroad["place"], abroad["delivery"]["is_quoted"]) == ("Canada", True)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "country"),
        ({"country": "XX"}, "country"),
        ({"country": "NG"}, "state"),
        ({"country": "NG", "state": "Atlantis"}, "state"),
        ({"country": "NG", "state": "Lagos"}, "area"),
        ({"country": "NG", "state": "Oyo", "area": "Ikeja"}, "area"),
    ],
)
def test_the_api_names_what_is_missing(api: APIClient, asked: dict[str, str], field: str) -> None:  # noqa: F811
    answer = api.get(API, asked)
    assert answer.status_code == 400
    assert fields_of(answer.json()) == [field]


def test_the_api_lists_places_and_fees_for_a_form(api: APIClient) -> None:  # noqa: F811
    states = api.get(f"{API}places/", {"country": "NG"}).json()["states"]
    assert len(states) == 37
    assert "Eti-Osa" in next(state["areas"] for state in states if state["name"] == "Lagos")
    assert api.get(f"{API}places/", {"country": "CA"}).json()["states"] == []
    answer = api.get(f"{API}zones/")
    zones = {zone["name"]: zone for zone in answer.json()}
    assert zones["Lagos Island"]["fee"]["amount"] == 400_000
    assert zones["Lagos Island"]["places"] == [{"country": "NG", "state": "Lagos", "area": "Eti-Osa"}]
    assert api.get(f"{API}zones/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_api_tells_fees_in_dollars_fixed_or_by_the_rate(api: APIClient) -> None:  # noqa: F811
    dollar_rate()
    Zone.objects.filter(slug="ghana").update(usd_fee_cents=1_900)
    fixed = api.get(API, {"country": "GH", "currency": "USD"}).json()["delivery"]["fee"]
    assert (fixed["amount"], fixed["currency"]) == (1_900, "USD")
    assert api.get(API, {"country": "NG", "state": "Oyo", "currency": "USD"}).json()["delivery"]["fee"]["amount"] == 400
    assert api.get(f"{API}zones/", {"currency": "USD"}).json()[0]["fee"]["currency"] == "USD"
    assert fields_of(api.get(API, {"country": "GH", "currency": "EUR"}).json()) == ["currency"]


def test_what_is_only_shown_in_dollars_has_the_naira_beside_it(client: Client, api: APIClient) -> None:  # noqa: F811
    dollar_rate()
    Zone.objects.filter(slug="ghana").update(usd_fee_cents=1_900, free_from_kobo=15_000_000)
    client.cookies["currency"] = "USD"
    page = client.get(PAGE, {"country": "GH"}).text
    answer = page[page.index('id="place-answer"') :].split("</form>")[0]
    assert '≈&nbsp;$19</span> <small class="charged">₦22,000</small>' in answer
    assert '≈&nbsp;$100</span> <small class="charged">₦150,000</small>' in answer
    found = api.get(API, {"country": "GH", "currency": "USD"}).json()["delivery"]
    assert (found["fee"]["display"], found["fee"]["charged"]["display"]) == ("$19", "₦22,000")
    assert found["free_from"]["charged"]["display"] == "₦150,000"
    zones = {zone["name"]: zone for zone in api.get(f"{API}zones/", {"currency": "USD"}).json()}
    assert zones["Ghana"]["fee"]["charged"]["amount"] == 2_200_000
    assert "charged" not in api.get(API, {"country": "GH"}).json()["delivery"]["fee"]


def test_where_dollars_are_charged_naira_are_not_told(client: Client, api: APIClient, settings: Any) -> None:  # noqa: F811
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate()
    client.cookies["currency"] = "USD"
    page = client.get(PAGE, {"country": "GH"}).text
    answer = page[page.index('id="place-answer"') :].split("</form>")[0]
    assert '<span class="price">$14.67</span>' in answer
    assert "₦" not in answer
    assert "charged" not in api.get(API, {"country": "GH", "currency": "USD"}).json()["delivery"]["fee"]

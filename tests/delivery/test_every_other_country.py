"""A zone may take every country that has no zone of its own: one rate of tax, or one fee, holds for them all."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from core.money import Money
from orders import coverage, delivery
from orders.delivery import Destination
from orders.models import Zone, ZoneArea
from tests.admin.conftest import desk, owner  # noqa: F401 - fixtures
from tests.api.conftest import api  # noqa: F401 - fixture
from tests.factories import VariantSizeFactory, ZoneFactory
from tests.storefront.test_search_engines import structured

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def elsewhere() -> Zone:
    """All other countries at 5 %; Ghana and California have fees of their own."""
    ghana, west = ZoneFactory(slug="ghana", fee_kobo=2_200_000), ZoneFactory(slug="west", fee_kobo=9_000_000)
    ZoneArea.objects.create(zone=ghana, country="GH")
    ZoneArea.objects.create(zone=west, country="US", state="California")
    zone = ZoneFactory(slug="elsewhere", tax_basis_points=500, fee_kobo=None, min_days=None, max_days=None)
    ZoneArea.objects.create(zone=zone)
    return zone


@pytest.mark.parametrize(
    ("place", "name", "basis_points"),
    [
        (Destination("GB"), "Elsewhere", 500),
        (Destination("US"), "Elsewhere", 500),
        (Destination("US", "Texas"), "Elsewhere", 500),
        (Destination("US", "California"), "West", 0),
        (Destination("GH"), "Ghana", 0),
        (Destination("NG", "Kano", "Dala"), "", 0),
    ],
)
def test_it_takes_what_no_other_zone_takes_abroad(place: Destination, name: str, basis_points: int) -> None:
    found = delivery.delivery_to(place, Money(0))
    assert (found.zone_name, found.tax_basis_points, found.is_quoted) == (name, basis_points, name in ("Elsewhere", ""))


def test_switched_off_it_takes_nothing(elsewhere: Zone) -> None:
    Zone.objects.filter(pk=elsewhere.pk).update(active=False)
    assert delivery.delivery_to(Destination("GB"), Money(0)).zone is None


def test_it_has_no_state_of_its_own(elsewhere: Zone) -> None:
    with pytest.raises(IntegrityError, match="area_has_its_country"), transaction.atomic():
        ZoneArea.objects.create(zone=elsewhere, state="Texas")


def areas(**area: str) -> dict[str, str]:
    return {
        "name": "World",
        "slug": "world",
        "tax_basis_points": "500",
        "position": "0",
        "other_methods-TOTAL_FORMS": "0",
        "other_methods-INITIAL_FORMS": "0",
        "areas-TOTAL_FORMS": "1",
        "areas-INITIAL_FORMS": "0",
        **{f"areas-0-{name}": value for name, value in ({"country": "", "state": "", "area": ""} | area).items()},
    }


def test_staff_leave_the_country_empty(desk: Client) -> None:  # noqa: F811
    ZoneArea.objects.filter(country="").delete()
    address = reverse("admin:orders_zone_add")
    assert "Empty: every country that has no zone of its own." in desk.get(address).text
    refused = desk.post(address, areas(state="Texas"))
    assert "Choose the country of this state, or leave the state empty as well." in refused.text
    assert not Zone.objects.filter(slug="world").exists()
    row = reverse("admin:orders_zonearea_add")
    assert desk.post(row, {"zone": Zone.objects.get(slug="elsewhere").pk}).status_code == 302
    assert str(ZoneArea.objects.get(country="")) == "Every other country"


def test_a_row_that_staff_add_to_a_zone_and_leave_empty_is_no_row_that_is_lost(desk: Client) -> None:  # noqa: F811
    ZoneArea.objects.filter(country="").delete()
    address = reverse("admin:orders_zone_add")
    choice = desk.get(address).text.partition('name="areas-__prefix__-country"')[2].partition("</select>")[0]
    assert '<option value="" selected>Every other country</option>' in choice
    assert desk.post(address, areas()).status_code == 302
    assert ZoneArea.objects.get(country="").zone.slug == "world"
    assert Zone.objects.get(slug="world").areas.count() == 1


def test_nor_does_it_take_them_from_another_zone(desk: Client) -> None:  # noqa: F811
    refused = desk.post(reverse("admin:orders_zone_add"), areas())
    assert "already exists" in refused.text
    assert ZoneArea.objects.get(country="").zone.slug == "elsewhere"
    assert not Zone.objects.filter(slug="world").exists()


def test_the_board_of_coverage_says_so(desk: Client) -> None:  # noqa: F811
    board = coverage.coverage()
    assert (board.overlaps, len(board.gaps)) == ([], 37)
    page = " ".join(desk.get(reverse("admin:orders_zone_coverage")).text.split())
    assert "<li>Every other country: Elsewhere (quoted)</li>" in page
    assert "Every other country is quoted" not in page
    ZoneArea.objects.filter(country="").delete()
    assert "Every other country is quoted" in desk.get(reverse("admin:orders_zone_coverage")).text


def test_pages_and_api_tell_it(client: Client, api: APIClient) -> None:  # noqa: F811
    page = client.get("/help/delivery/", {"country": "GB"}).text
    assert "5 % tax is added to the pieces." in page
    [told] = [zone for zone in api.get("/api/v1/delivery/zones/").json() if zone["name"] == "Elsewhere"]
    assert told["places"] == [{"country": "", "state": "", "area": ""}]


def test_search_engines_are_told_of_countries_by_name_alone(client: Client, elsewhere: Zone) -> None:
    fee: dict[str, Any] = {"fee_kobo": 9_900_000, "min_days": 7, "max_days": 14}
    Zone.objects.filter(pk=elsewhere.pk).update(**fee)
    VariantSizeFactory(variant__product__slug="brief")

    def told() -> dict[str, list[str]]:
        ways = [thing for thing in structured(client, "/products/brief/") if thing["@type"] == "OfferShippingDetails"]
        return {
            way["@id"].partition("#")[2]: [to["addressCountry"] for to in way["shippingDestination"]] for way in ways
        }

    assert told() == {"ghana": ["GH"], "west": ["US"]}
    ZoneArea.objects.create(zone=elsewhere, country="GB")
    assert told() == {"ghana": ["GH"], "west": ["US"], "elsewhere": ["GB"]}

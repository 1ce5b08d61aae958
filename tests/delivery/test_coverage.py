"""Zones leave gaps, cover each other, decide nothing: staff see it, and the answer is the one that checkout gives."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from core.money import Money
from orders import coverage, delivery
from orders.delivery import Destination
from orders.models import Zone, ZoneArea
from orders.places import areas_of, states_of
from tests.admin.conftest import desk, desk_of, messages_of, owner  # noqa: F401 - fixtures
from tests.factories import ZoneFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/orders/zone/coverage/"


def mapped(zone: Zone, *places: str, country: str = "NG") -> None:
    for place in places:
        state, _, area = place.partition("/")
        ZoneArea.objects.create(zone=zone, country=country, state=state, area=area)


@pytest.fixture
def island() -> Zone:
    return ZoneFactory(slug="lagos-island")


@pytest.fixture
def rest() -> Zone:
    return ZoneFactory(slug="rest-of-nigeria", fee_kobo=700_000)


def words(found: list[Any]) -> list[str]:
    return [str(one) for one in found]


def test_states_and_areas_in_no_zone_are_named(island: Zone) -> None:
    mapped(island, "Lagos/Eti-Osa", "Kano", *(f"Abia/{area}" for area in areas_of("NG", "Abia")[1:]))
    gaps = {gap.state: gap.areas for gap in coverage.gaps()}
    assert "Kano" not in gaps
    assert gaps["Abia"] == (areas_of("NG", "Abia")[0],)
    assert "Eti-Osa" not in gaps["Lagos"]
    assert len(gaps["Lagos"]) == len(areas_of("NG", "Lagos")) - 1
    assert gaps["Oyo"] == ()
    assert coverage.coverage().gaps == coverage.gaps()


def test_a_zone_for_the_country_leaves_no_gap(rest: Zone) -> None:
    mapped(rest, "")
    assert coverage.gaps() == []
    Zone.objects.update(active=False)
    assert {gap.state for gap in coverage.gaps()} == set(states_of("NG"))


def test_a_place_within_another_says_which_decides(island: Zone, rest: Zone) -> None:
    mapped(rest, "", "Oyo")
    mapped(island, "Lagos/Eti-Osa")
    found = coverage.coverage().overlaps
    assert words(found) == [
        "NG / Lagos / Eti-Osa goes by Lagos Island, not by Rest Of Nigeria as the rest of NG does.",
        "NG / Oyo is in Rest Of Nigeria already, by NG.",
    ]
    assert [one.is_needless for one in found] == [False, True]


def test_what_decides_nothing_is_named(island: Zone, rest: Zone) -> None:
    mapped(rest, "", "Lagoss", "Lagos/Eti Osa")
    mapped(rest, "X/Y", country="GH")
    mapped(island, "Abia", *(f"Abia/{area}" for area in areas_of("NG", "Abia")))
    ZoneFactory(slug="nowhere", position=9)
    mapped(ZoneFactory(slug="once", active=False), "Kano")
    assert words(coverage.coverage().mistakes) == [
        "GH / X / Y matches no address. Checkout asks for an area in Nigeria alone: leave it empty.",
        "NG / Abia decides nothing: all its areas are mapped one by one.",
        "NG / Lagos / Eti Osa matches no address. Lagos has no area “Eti Osa”. Is it “Eti-Osa”?",
        "NG / Lagoss matches no address. There is no state “Lagoss”. Is it “Lagos”?",
        "Once is switched off: its 1 area goes by wider zones, or for a price.",
        "Nowhere is in use, but no area maps to it.",
    ]


SOME = [("", ""), ("Lagos", ""), ("Lagos", "Eti-Osa"), ("Lagos", "Ikeja"), ("Kano", ""), ("Kano", "Dala")]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(SOME), st.integers(0, 2), max_size=len(SOME)))
def test_staff_are_told_what_checkout_charges(chosen: dict[tuple[str, str], int]) -> None:
    Zone.objects.all().delete()
    zones = [ZoneFactory(slug=f"zone-{n}", fee_kobo=n, active=n < 2) for n in range(3)]
    for (state, area), number in chosen.items():
        ZoneArea.objects.create(zone=zones[number], country="NG", state=state, area=area)
    told = {state: {zone.name if zone else "": areas for zone, areas in by} for state, by in coverage.coverage().states}
    for state in ("Lagos", "Kano", "Oyo"):
        charged: dict[str, int] = {}
        for area in areas_of("NG", state):
            name = delivery.delivery_to(Destination("NG", state, area), Money(0)).zone_name
            charged[name] = charged.get(name, 0) + 1
        assert told[state] == charged


def test_the_board_shows_it_all_in_a_fixed_number_of_queries(
    desk: Client,  # noqa: F811
    island: Zone,
    rest: Zone,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mapped(island, "Lagos/Eti-Osa", "Kano")
    mapped(rest, "", country="GH")
    page = desk.get(PAGE)
    assert page.status_code == 200
    for text in ("Oyo</strong>, all of it", "Agege", "Ghana: Rest Of Nigeria", "Every other country is quoted"):
        assert text in page.text
    with django_assert_num_queries(2):
        coverage.coverage()
    page = desk.get(PAGE, {"country": "NG", "state": "Lagos", "area": "Eti-Osa"})
    assert "goes by Lagos Island: ₦4,000" in page.text
    assert "staff make a price" in desk.get(PAGE, {"country": "CA"}).text
    assert "Coverage" in desk.get(reverse("admin:orders_zone_changelist")).text


def test_only_who_may_see_zones_sees_the_board(desk_of: Callable[..., Client]) -> None:  # noqa: F811
    assert desk_of("orders.view_order").get(PAGE).status_code == 403
    assert desk_of("orders.view_zone").get(PAGE).status_code == 200


def form_of(zone: Zone, **area: str) -> dict[str, str]:
    row = {"country": "NG", "state": "", "area": ""} | area
    return {
        "name": zone.name,
        "slug": zone.slug,
        "fee_kobo": "4000",
        "min_days": "3",
        "max_days": "5",
        "tax_basis_points": "0",
        "position": "0",
        "active": "on",
        "other_methods-TOTAL_FORMS": "0",
        "other_methods-INITIAL_FORMS": "0",
        "areas-TOTAL_FORMS": "1",
        "areas-INITIAL_FORMS": "0",
        **{f"areas-0-{name}": value for name, value in row.items()},
    }


def test_a_name_that_checkout_does_not_offer_is_refused(desk: Client, island: Zone) -> None:  # noqa: F811
    address = reverse("admin:orders_zone_change", args=[island.pk])
    answer = desk.post(address, form_of(island, state="Lagos", area="Etiosa"))
    assert "Is it “Eti-Osa”?" in answer.text
    assert not ZoneArea.objects.exists()
    answer = desk.post(address, form_of(island, state="Lagos", area="Eti-Osa"), follow=True)
    assert ZoneArea.objects.get().area == "Eti-Osa"
    assert "No zone delivers to Abia; Abuja (FCT); Adamawa; and 34 more." in messages_of(answer)


def test_who_maps_the_last_place_is_told_of_no_gap(desk: Client, rest: Zone) -> None:  # noqa: F811
    answer = desk.post(reverse("admin:orders_zone_change", args=[rest.pk]), form_of(rest), follow=True)
    assert "No zone delivers" not in messages_of(answer)


def test_the_first_page_of_the_back_office_counts_what_is_left_out(desk: Client, rest: Zone) -> None:  # noqa: F811
    def urgent() -> list[tuple[str, bool]]:
        tiles = desk.get(reverse("admin:index")).context["to_do"]
        return [(tile.figure, tile.urgent) for tile in tiles if tile.title == "No delivery zone"]

    assert urgent() == [("37", True)]
    mapped(rest, "")
    assert urgent() == [("0", False)]


def test_the_command_fails_while_a_place_is_left_out(island: Zone, rest: Zone) -> None:
    mapped(island, "Lagos")
    out = StringIO()
    with pytest.raises(CommandError, match="wait for a price"):
        call_command("coverage", stdout=out)
    assert "\n  Oyo" in out.getvalue()
    mapped(rest, "")
    call_command("coverage", stdout=out)
    assert "Every state and area of Nigeria is in a zone." in out.getvalue()

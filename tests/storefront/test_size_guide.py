"""What sizes measure: without gaps, in centimetres and inches, opened on the garment that one looks at."""

import re
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import size_guides
from catalog.models import Product, SizeGuide, SizeGuideRow
from catalog.size_guides import Measured, NotWhole
from tests.factories import CategoryFactory, ProductFactory, VariantSizeFactory


@pytest.fixture
def tops(db: None) -> SizeGuide:
    guide = SizeGuide.objects.create(slug="tops", name="Tops", position=9, note="Over a shirt: one larger.")
    for position, (size, chest) in enumerate([("S", 80), ("M", 90), ("L", 100)]):
        SizeGuideRow.objects.create(guide=guide, size=size, position=position, chest_from=chest, chest_to=chest + 10)
    return guide


@pytest.fixture
def top(tops: SizeGuide) -> Product:
    product: Product = ProductFactory(slug="top", category=CategoryFactory(size_guide=tops))
    VariantSizeFactory(variant__product=product)
    return product


def order_of_guides(client: Client, query: str) -> list[str]:
    return re.findall(r'<details class="fold" id="([^"]+)"', client.get(f"/help/sizes/{query}").text)


def opened(client: Client, query: str) -> list[str]:
    return re.findall(r'<details class="fold" id="([^"]+)" open', client.get(f"/help/sizes/{query}").text)


class TestThePage:
    def test_it_opens_on_the_garment_that_is_asked_for(self, client: Client, tops: SizeGuide) -> None:
        assert opened(client, "") == ["briefs", "gymwear", "tops"]
        assert opened(client, "?guide=tops") == ["tops"]
        assert order_of_guides(client, "?guide=tops")[0] == "tops"

    def test_both_units_stand_there_and_the_asked_one_first(self, client: Client, tops: SizeGuide) -> None:
        assert '<td class="num">90–100<small>35.4–39.4 in</small></td>' in client.get("/help/sizes/?guide=tops").text
        assert '<td class="num">35.4–39.4<small>90–100 cm</small></td>' in client.get("/help/sizes/?unit=in").text

    @pytest.mark.parametrize("query", ["guide=none", "unit=miles", "guide=%00", "guide=" + "x" * 10_240])
    def test_what_it_does_not_know_leads_to_the_whole(self, client: Client, db: None, query: str) -> None:
        answer = client.get(f"/help/sizes/?{query}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/help/sizes/")

    def test_without_guides_it_says_so(self, client: Client, db: None) -> None:
        SizeGuideRow.objects.all().delete()
        SizeGuide.objects.all().delete()
        assert "No sizes are written down yet" in client.get("/help/sizes/").text

    def test_what_the_shop_begins_with_has_no_gaps(self, client: Client, db: None) -> None:
        table = client.get("/help/sizes/?guide=gymwear").text.split("</table>")[0].replace("\n", "")
        rows = re.findall(r'<td class="num">(\d+)–(\d+)<small>[^<]*</small></td>' * 3, table)
        assert len(rows) == 9
        for before, after in pairwise(rows):
            assert (before[1], before[3], before[5]) == (after[0], after[2], after[4])


class TestProducts:
    def test_the_page_shows_the_rows_of_its_garment(self, client: Client, top: Product) -> None:
        text = client.get("/products/top/").text
        assert '<details class="guide t14"><summary>Size guide</summary>' in text
        assert 'href="/help/sizes/?guide=tops"' in text
        assert '<th scope="row">M</th><td class="num">90–100<small>35.4–39.4 in</small></td>' in text

    def test_its_own_guide_goes_before_its_categorys(self, client: Client, top: Product) -> None:
        top.size_guide = SizeGuide.objects.get(slug="briefs")
        top.save()
        guide = client.get("/api/v1/products/top/").json()["size_guide"]
        assert (guide["slug"], guide["measures"], len(guide["rows"])) == ("briefs", ["waist", "hips"], 9)
        assert guide["rows"][0]["chest"] is None
        assert guide["url"].startswith("http")

    def test_without_any_the_link_remains(self, client: Client, db: None) -> None:
        VariantSizeFactory(variant__product__slug="bare")
        assert '<a href="/help/sizes/">Size guide</a>' in client.get("/products/bare/").text
        assert client.get("/api/v1/products/bare/").json()["size_guide"] is None

    def test_a_changed_figure_is_shown_at_once(
        self, client: Client, top: Product, django_capture_on_commit_callbacks: object
    ) -> None:
        client.get("/products/top/")
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            for row in SizeGuideRow.objects.filter(guide__slug="tops", size="L"):
                row.chest_to = 111
                row.save()
        for address in ("/products/top/", "/help/sizes/", "/api/v1/products/top/"):
            assert "111" in client.get(address).text


def rows_of(*chests: tuple[int | None, int | None]) -> list[Measured]:
    none = {"waist": (None, None), "hips": (None, None)}
    return [Measured(f"S{number}", {"chest": chest, **none}) for number, chest in enumerate(chests)]


class TestTheRule:
    @pytest.mark.parametrize(
        ("chests", "size", "words"),
        [
            ([(90, 80)], "S0", "from 90 to 80"),
            ([(80, 80)], "S0", "smaller first"),
            ([(80, None)], "S0", "both ends"),
            ([(None, None)], "S0", "measures nothing"),
            ([(5, 80)], "S0", "no chest of a person"),
            ([(80, 90), (92, 100)], "S1", "90 to 92 cm belong to no size"),
            ([(80, 90), (88, 100)], "S1", "88 to 90 cm belong to both"),
        ],
    )
    def test_a_wrong_row_is_named(self, chests: list[tuple[int | None, int | None]], size: str, words: str) -> None:
        with pytest.raises(NotWhole) as refused:
            size_guides.check(rows_of(*chests))
        assert (refused.value.field, refused.value.details["measure"] in {"chest", "waist"}) == (size, True)
        assert size in refused.value.message
        assert words in refused.value.message

    def test_a_measure_that_one_size_has_all_have(self) -> None:
        rows = rows_of((80, 90), (90, 100))
        rows[1].ranges["waist"] = (70, 80)
        with pytest.raises(NotWhole, match="S0 has no waist"):
            size_guides.check(rows)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.integers(20, 250), min_size=2, max_size=12, unique=True).map(sorted))
    def test_every_rising_scale_is_whole_and_any_moved_end_is_not(self, ends: list[int]) -> None:
        size_guides.check(rows_of(*pairwise(ends)))
        if len(ends) > 2:
            broken = [list(pair) for pair in pairwise(ends)]
            broken[1][0] += 1
            with pytest.raises(NotWhole):
                size_guides.check(rows_of(*((start, end) for start, end in broken)))

    @pytest.mark.parametrize("change", [{"chest_from": 91}, {"chest_to": 99}, {"waist_from": 60, "waist_to": 70}])
    def test_the_database_refuses_gaps_whoever_writes(self, tops: SizeGuide, change: dict[str, int]) -> None:
        SizeGuideRow.objects.filter(guide=tops, size="M").update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.check_constraints()
        SizeGuideRow.objects.filter(guide=tops).delete()

    def test_the_database_refuses_what_is_no_range(self, tops: SizeGuide) -> None:
        for change in ({"chest_to": 70}, {"chest_to": None}, {"chest_from": None, "chest_to": None}, {"chest_to": 900}):
            with pytest.raises(IntegrityError), transaction.atomic():
                SizeGuideRow.objects.filter(guide=tops, size="L").update(**change)

"""Fixed dollar prices that strayed from the rate stand on a board; a source of rates is not trusted blindly."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog import rates
from catalog.models import ExchangeRate
from core import http, switches
from core.models import Switch
from orders import drift
from tests.admin.conftest import desk, owner  # noqa: F401
from tests.factories import BundleFactory, VariantSizeFactory, ZoneFactory, dollar_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixed() -> None:
    """At ₦1,500: a product 50 % too dear, a bundle just within a tenth, a zone a fifth too cheap, and what has none."""
    dollar_rate("1500")
    product = {"base_price_kobo": 1_500_000, "usd_price_cents": 1_500, "name": "Dear"}
    VariantSizeFactory(**{f"variant__product__{name}": value for name, value in product.items()})
    VariantSizeFactory()
    BundleFactory(name="Near", price_kobo=1_500_000, usd_price_cents=1_099)
    ZoneFactory(name="Cheap", fee_kobo=150_000, usd_fee_cents=80)


@pytest.mark.usefixtures("fixed")
def test_the_furthest_astray_comes_first() -> None:
    rows = [(row.name, row.kind, round(row.percent), row.has_strayed) for row in drift.board()]
    assert rows == [("Dear", "product", 50, True), ("Cheap", "zone", -20, True), ("Near", "bundle", 10, False)]
    dollar_rate("1000")
    assert [row.name for row in drift.strayed()] == ["Cheap", "Near"]


def test_without_a_rate_there_is_nothing_to_compare() -> None:
    BundleFactory(usd_price_cents=100)
    assert drift.board() == []


@pytest.mark.usefixtures("fixed")
def test_staff_see_the_board_and_are_warned_on_the_dashboard(desk: Client) -> None:  # noqa: F811
    page = desk.get(reverse("admin:catalog_exchangerate_drift")).text
    assert "50.0 %, strayed" in page
    assert "9.9 %" in page
    assert "9.9 %, strayed" not in page
    tiles = {tile.title: tile for tile in desk.get("/admin/").context["to_do"]}
    assert (tiles["Strayed prices"].figure, tiles["Strayed prices"].urgent) == ("2", True)
    assert desk.get(tiles["Strayed prices"].link).status_code == 200


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, Any]:
    settings.RATES_URL = "https://rates.test/latest/USD"
    answer: dict[str, Any] = {"rates": {"NGN": 1530.5, "EUR": 0.9}}
    monkeypatch.setattr(http, "call", lambda *args, **kwargs: (200, answer))
    return answer


def test_a_fetched_rate_is_in_force_and_the_same_once_more_is_none(source: dict[str, Any]) -> None:
    said = StringIO()
    call_command("fetch_rate", stdout=said)
    call_command("fetch_rate", stdout=said)
    rate = ExchangeRate.objects.get()
    assert (str(rate.naira.normalize()), rate.source) == ("1530.5", "rates.test")
    assert "already" in said.getvalue()


@pytest.mark.parametrize("rates_of", [{"NGN": 153.05}, {"NGN": 15305}, {"NGN": 0}, {"NGN": "many"}, {}, None, []])
def test_a_jump_or_no_answer_changes_nothing(source: dict[str, Any], rates_of: Any) -> None:
    dollar_rate("1500")
    source["rates"] = rates_of
    with pytest.raises(CommandError):
        call_command("fetch_rate")
    assert ExchangeRate.objects.count() == 1


def test_a_locked_rate_stays(source: dict[str, Any]) -> None:
    dollar_rate("1500")
    Switch.objects.create(name=switches.RATES_LOCKED, on=True)
    with pytest.raises(CommandError, match="locked"):
        call_command("fetch_rate")
    assert ExchangeRate.objects.count() == 1


def test_a_source_that_does_not_answer_changes_nothing(source: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*args: Any, **kwargs: Any) -> None:
        raise http.ProviderSilent("Timeout")

    monkeypatch.setattr(http, "call", silent)
    with pytest.raises(CommandError, match="Timeout"):
        call_command("fetch_rate")


def test_without_a_source_it_says_what_to_do(settings: Any) -> None:
    settings.RATES_URL = ""
    with pytest.raises(Exception, match="RATES_URL"):
        rates.fetch()

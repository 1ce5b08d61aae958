"""Rates are dated: one takes over from another at its moment, and what was in force never changes."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from catalog import cache, currencies, freshness, publishing
from catalog.currencies import CurrencyNotSupported
from catalog.models import CatalogueChange, ExchangeRate
from core import switches
from core.models import Switch
from core.money import Money
from tests.factories import dollar_rate

pytestmark = pytest.mark.django_db


def test_naira_needs_no_rate_and_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert currencies.shown("NGN").of(850_000) == Money(850_000)
        assert currencies.charged("NGN").is_charged


def test_the_latest_that_has_begun_is_in_force() -> None:
    dollar_rate("1500")
    dollar_rate("1600", starts_at=timezone.now() + timedelta(hours=1))
    assert currencies.shown("USD").naira == Decimal("1500")
    dollar_rate("1550")
    assert currencies.shown("USD").naira == Decimal("1550")


@pytest.mark.parametrize("currency", ["EUR", "usd", "", "\0"])
def test_a_currency_that_the_shop_does_not_know(currency: str) -> None:
    dollar_rate()
    with pytest.raises(CurrencyNotSupported):
        currencies.shown(currency)


def test_dollars_without_a_rate() -> None:
    with pytest.raises(CurrencyNotSupported, match="USD"):
        currencies.shown("USD")
    assert currencies.shown_or_naira("USD").currency == "NGN"


def test_charged_only_where_the_account_takes_it(settings: Any) -> None:
    dollar_rate()
    with pytest.raises(CurrencyNotSupported, match="charges in naira"):
        currencies.charged("USD")
    assert not currencies.shown("USD").is_charged
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    assert currencies.charged("USD").is_charged
    Switch.objects.create(name=switches.NAIRA_ONLY, on=True)
    with pytest.raises(CurrencyNotSupported):
        currencies.charged("USD")


@pytest.mark.parametrize(
    ("kobo", "step", "cents"),
    [
        (1_900_000, 1, 1267),
        (1_900_000, 10, 1270),
        (1_900_000, 100, 1300),
        (1_500_000, 100, 1000),
        (1, 50, 50),
        (0, 50, 0),
    ],
)
def test_a_converted_price_is_rounded_up(kobo: int, step: int, cents: int) -> None:
    dollar_rate("1500", round_up_to=step)
    assert currencies.shown("USD").of(kobo) == Money(cents, "USD")


def test_what_was_in_force_never_changes() -> None:
    rate = dollar_rate("1500")
    for change in (
        lambda: ExchangeRate.objects.filter(pk=rate.pk).update(naira=1),
        lambda: ExchangeRate.objects.filter(pk=rate.pk).delete(),
        lambda: dollar_rate("1400", starts_at=timezone.now() - timedelta(minutes=5)),
    ):
        with pytest.raises(IntegrityError, match="in force"):
            refused(change)
    assert currencies.shown("USD").naira == Decimal("1500")


def refused(change: Callable[[], Any]) -> None:
    with transaction.atomic():
        change()


def test_what_is_planned_may_change_until_its_moment() -> None:
    dollar_rate("1500")
    planned = dollar_rate("1600", starts_at=timezone.now() + timedelta(hours=1))
    ExchangeRate.objects.filter(pk=planned.pk).update(naira=1700)
    ExchangeRate.objects.filter(pk=planned.pk).delete()
    assert ExchangeRate.objects.count() == 1


def test_every_page_is_forgotten_when_a_rate_is_written_and_when_it_begins() -> None:
    dollar_rate()
    assert CatalogueChange.objects.filter(product_id=None, bundle_id=None).exists()
    freshness.catch_up()
    publishing.apply_due()
    left = publishing.seconds_left()
    dollar_rate("1600", starts_at=timezone.now() + timedelta(seconds=30))
    freshness.catch_up()
    assert left is None
    assert 0 < (publishing.seconds_left() or 0) <= 30
    assert cache.lifetime() <= 30
    ExchangeRate.objects.filter(naira=1600).update(starts_at=Now() + timedelta(milliseconds=30))
    freshness.catch_up()
    time.sleep(0.05)
    assert publishing.apply_due() == 1
    assert CatalogueChange.objects.filter(product_id=None, bundle_id=None).exists()


def test_the_command_sets_a_rate() -> None:
    said = StringIO()
    call_command("set_rate", "USD", "1530.50", "--round-up-to", "50", "--note", "CBN", stdout=said)
    rate = ExchangeRate.objects.get()
    assert (rate.naira, rate.round_up_to, rate.note, rate.source) == (Decimal("1530.50"), 50, "CBN", "set_rate")
    assert "₦1530.5 for one USD" in said.getvalue()
    call_command("set_rate", "USD", "1600", "--from", "2099-01-01T00:00+01:00", stdout=said)
    assert currencies.shown("USD").naira == Decimal("1530.50")
    # What is not said stays as it was.
    assert ExchangeRate.objects.latest("starts_at").round_up_to == 50


@pytest.mark.parametrize(
    "arguments", [["EUR", "1500"], ["USD", "0"], ["USD", "many"], ["USD", "NaN"], ["USD", "1500", "--from", "soon"]]
)
def test_the_command_refuses_what_is_no_rate(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("set_rate", *arguments)
    assert not ExchangeRate.objects.exists()


def test_the_command_refuses_the_past() -> None:
    dollar_rate()
    with pytest.raises(CommandError, match="past"):
        call_command("set_rate", "USD", "1600", "--from", "2020-01-01T00:00+00:00")

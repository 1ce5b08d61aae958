"""Staff write rates from now or a later moment on; what was in force they can only read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Bundle, ExchangeRate, Product
from tests.factories import BundleFactory, dollar_rate

pytestmark = pytest.mark.django_db
ADD = "/admin/catalog/exchangerate/add/"


def form(**fields: str) -> dict[str, str]:
    return {"currency": "USD", "naira": "1530.50", "round_up_to": "50", "starts_at_0": "", "starts_at_1": "", **fields}


def test_a_rate_begins_now_where_no_moment_is_written(desk: Client) -> None:
    dollar_rate()
    assert desk.post(ADD, form(note="CBN")).status_code == 302
    rate = ExchangeRate.objects.get(note="CBN")
    assert rate.starts_at <= timezone.now()
    assert (rate.naira, rate.round_up_to) == (Decimal("1530.50"), 50)
    assert rate.source
    assert LogEntry.objects.filter(object_id=rate.pk).exists()
    assert "In force" in desk.get(reverse("admin:catalog_exchangerate_changelist")).text


def test_the_past_is_refused_and_read_only(desk: Client) -> None:
    rate = dollar_rate()
    answer = desk.post(ADD, form(starts_at_0="2020-01-01", starts_at_1="00:00"))
    assert "cannot begin in the past" in answer.text
    address = reverse("admin:catalog_exchangerate_change", args=[rate.pk])
    assert desk.get(address).status_code == 200
    assert desk.post(address, form(naira="1")).status_code == 403
    assert desk.post(reverse("admin:catalog_exchangerate_delete", args=[rate.pk]), {"post": "yes"}).status_code == 403
    assert list(ExchangeRate.objects.values_list("naira", flat=True)) == [Decimal("1500")]


def test_what_is_planned_can_be_changed_and_deleted(desk: Client) -> None:
    dollar_rate()
    planned = dollar_rate("1600", starts_at=timezone.now() + timedelta(days=1))
    later = timezone.localtime(planned.starts_at + timedelta(days=1))
    moment = {"starts_at_0": f"{later:%Y-%m-%d}", "starts_at_1": f"{later:%H:%M}"}
    address = reverse("admin:catalog_exchangerate_change", args=[planned.pk])
    assert desk.post(address, form(**moment)).status_code == 302
    planned.refresh_from_db()
    assert planned.naira == Decimal("1530.50")
    assert (
        desk.post(reverse("admin:catalog_exchangerate_delete", args=[planned.pk]), {"post": "yes"}).status_code == 302
    )
    assert ExchangeRate.objects.count() == 1


def test_a_bundle_has_a_price_in_dollars(desk: Client) -> None:
    bundle = BundleFactory()
    address = reverse("admin:catalog_bundle_change", args=[bundle.pk])
    page = desk.get(address).text
    assert "Fixed dollar price ($)" in page
    fields = {"name": bundle.name, "slug": bundle.slug, "price_kobo": "20,000", "pieces": "3", "position": "0"}
    inline = {"images-TOTAL_FORMS": "0", "images-INITIAL_FORMS": "0"}
    assert desk.post(address, {**fields, **inline, "usd_price_cents": "14.50"}).status_code == 302
    assert Bundle.objects.get().usd_price_cents == 1_450
    assert "$0 is not a price" in desk.post(address, {**fields, **inline, "usd_price_cents": "0"}).text
    assert not Product.objects.exists()

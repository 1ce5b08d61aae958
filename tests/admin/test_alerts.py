"""What customers wait for stands where staff look at stock."""

import pytest
from django.test import Client

from catalog import alerts
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db


def test_most_waited_for_comes_first(desk: Client) -> None:
    once, twice, never = (VariantSizeFactory(on_hand=0) for _ in range(3))
    for number, size in enumerate([once, twice, twice]):
        alerts.ask(size.sku, f"ada{number}@prechi.test", network_address="192.0.2.1")
    rows = desk.get("/admin/catalog/variantsize/?stock=wanted").context["cl"].result_list
    assert [(row.pk, row.waiting) for row in rows] == [(twice.pk, 2), (once.pk, 1)]
    everything = desk.get("/admin/catalog/variantsize/").context["cl"].result_list
    assert (never.pk, 0) in [(row.pk, row.waiting) for row in everything]

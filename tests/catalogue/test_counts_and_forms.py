"""A form that was open while an order came in does not put the counts back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel.stock_admin import VariantSizeAdmin
from catalog import stock
from catalog.models import VariantSize
from tests.factories import StaffFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    owner = StaffFactory()
    owner.save()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_order_between_reading_and_saving_keeps_its_pieces(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    size = VariantSizeFactory(on_hand=10)
    save: Callable[..., None] = VariantSizeAdmin.save_model

    def after_an_order(self: Any, *args: Any) -> None:
        placed_order((VariantSize.objects.get(pk=size.pk), 3))
        save(self, *args)

    monkeypatch.setattr(VariantSizeAdmin, "save_model", after_an_order)
    form = {"variant": size.variant_id, "size": size.size_id, "sku": size.sku, "price_kobo": "9,000", "active": "on"}
    form |= {"low_stock_threshold": "3", "movements-TOTAL_FORMS": "0", "movements-INITIAL_FORMS": "0"}
    assert desk.post(reverse("admin:catalog_variantsize_change", args=[size.pk]), form).status_code == 302
    size.refresh_from_db()
    assert (size.price_kobo, size.on_hand, size.reserved) == (900_000, 10, 3)


def test_a_stale_copy_that_is_saved_leaves_the_counts_alone() -> None:
    size = VariantSizeFactory(on_hand=10)
    stale = VariantSize.objects.get(pk=size.pk)
    stock.adjust(size.pk, -4, "damaged")
    stale.sku = "NEW-SKU"
    stale.save()
    size.refresh_from_db()
    assert (size.sku, size.on_hand) == ("NEW-SKU", 6)

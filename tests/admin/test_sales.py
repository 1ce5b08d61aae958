"""What staff do with sales: write them, see their state, take so much off the products they ticked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product, Sale, SalePrice
from tests.admin.conftest import messages_of
from tests.factories import SaleFactory, SalePriceFactory, VariantSizeFactory

PRODUCTS = reverse("admin:catalog_product_changelist")


def sale_form(*prices: tuple[int, str, str], **changes: str) -> dict[str, str]:
    rows = {
        f"prices-{number}-{name}": value
        for number, (product, size, price) in enumerate(prices)
        for name, value in (("product", str(product)), ("variant_size", size), ("price_kobo", price))
    }
    return {
        "name": "Black Friday",
        "starts_at_0": "27/11/2026",
        "starts_at_1": "00:00",
        "ends_at_0": "30/11/2026",
        "ends_at_1": "12:30",
        "active": "on",
        "prices-TOTAL_FORMS": str(len(prices)),
        "prices-INITIAL_FORMS": "0",
        **rows,
        **changes,
    }


def test_a_sale_is_written_with_its_prices_in_the_time_of_lagos(desk: Client) -> None:
    product = VariantSizeFactory().variant.product
    answer = desk.post(reverse("admin:catalog_sale_add"), sale_form((product.pk, "", "7,000")))
    assert answer.status_code == 302
    sale = Sale.objects.get()
    assert (sale.starts_at.isoformat(), sale.ends_at.isoformat()) == (
        "2026-11-26T23:00:00+00:00",
        "2026-11-30T11:30:00+00:00",
    )
    assert sale.prices.get().price_kobo == 700_000
    assert LogEntry.objects.get().object_repr == "Black Friday"


@pytest.mark.parametrize("price", ["0", "-1", "", "free"])
def test_a_price_that_is_none_is_refused_beside_its_field(desk: Client, price: str) -> None:
    product = VariantSizeFactory().variant.product
    answer = desk.post(reverse("admin:catalog_sale_add"), sale_form((product.pk, "", price)))
    assert answer.status_code == 200
    assert "price_kobo" in answer.context["inline_admin_formsets"][0].formset.errors[0]
    assert not Sale.objects.exists()


def test_a_window_backwards_is_refused(desk: Client) -> None:
    answer = desk.post(reverse("admin:catalog_sale_add"), sale_form(ends_at_0="26/11/2026"))
    assert "A sale ends after it has started" in answer.text
    assert not Sale.objects.exists()


def test_a_size_of_another_product_and_a_price_twice_are_refused(desk: Client) -> None:
    size = VariantSizeFactory()
    product = size.variant.product
    other = VariantSizeFactory().variant.product
    form = sale_form((other.pk, str(size.pk), "7000"))
    assert "is not a size of" in desk.post(reverse("admin:catalog_sale_add"), form).text
    form = sale_form((product.pk, "", "7000"), (product.pk, "", "6000"))
    assert "has a price for that already" in desk.post(reverse("admin:catalog_sale_add"), form).text
    assert not Sale.objects.exists()


def test_a_sale_price_that_lowers_nothing_is_warned_about(desk: Client) -> None:
    product = VariantSizeFactory(variant__product__base_price_kobo=850_000).variant.product
    answer = desk.post(reverse("admin:catalog_sale_add"), sale_form((product.pk, "", "8,500")), follow=True)
    assert "₦8,500 is not lower than the regular ₦8,500" in messages_of(answer)


def test_the_list_says_what_runs(desk: Client) -> None:
    now, day = timezone.now(), timedelta(days=1)
    SaleFactory(name="One")
    SaleFactory(name="Two", starts_at=now + day, ends_at=now + 2 * day)
    SaleFactory(name="Three", starts_at=now - 2 * day, ends_at=now - day)
    SaleFactory(name="Four", active=False)
    rows = desk.get(reverse("admin:catalog_sale_changelist")).context["cl"].result_list
    assert {row.name: row.state_now for row in rows} == {
        "One": "running",
        "Two": "planned",
        "Three": "over",
        "Four": "stopped",
    }


def test_the_form_of_a_product_says_what_it_costs_and_why(desk: Client) -> None:
    product = VariantSizeFactory().variant.product
    SalePriceFactory(product=product, price_kobo=700_000)
    text = desk.get(reverse("admin:catalog_product_change", args=[product.pk])).text
    assert "₦7,000: Black Friday until" in text


def test_so_much_off_is_shown_first_and_written_then(desk: Client) -> None:
    products = [VariantSizeFactory(variant__product__base_price_kobo=850_000).variant.product for _ in range(2)]
    sale = SaleFactory()
    chosen: dict[str, Any] = {"action": "sell_off", "_selected_action": [product.pk for product in products]}
    asked = desk.post(PRODUCTS, chosen)
    filled = {**chosen, "seen": asked.context["seen"], "sale": sale.pk, "percent": "15", "preview": "1"}
    shown = desk.post(PRODUCTS, filled)
    assert shown.text.count("₦7,225") == 2
    assert not SalePrice.objects.exists()
    del filled["preview"]
    answer = desk.post(PRODUCTS, {**filled, "seen": shown.context["seen"], "apply": "1"}, follow=True)
    assert "15 % off 2 products: 2 prices." in messages_of(answer)
    assert set(sale.prices.values_list("price_kobo", flat=True)) == {722_500}
    assert "15 % off" in LogEntry.objects.get().change_message
    stale = desk.post(PRODUCTS, {**filled, "percent": "20", "seen": shown.context["seen"], "apply": "1"})
    assert "Prices changed since you looked" in stale.text
    assert set(sale.prices.values_list("price_kobo", flat=True)) == {722_500}


@pytest.mark.parametrize("percent", ["0", "-5", "100", "many", ""])
def test_a_per_cent_that_is_none_is_refused(desk: Client, percent: str) -> None:
    product = VariantSizeFactory().variant.product
    form = {"action": "sell_off", "_selected_action": [product.pk], "seen": "", "percent": percent, "apply": "1"}
    answer = desk.post(PRODUCTS, {**form, "sale": SaleFactory().pk})
    assert "percent" in answer.context["form"].errors
    assert not SalePrice.objects.exists()


def test_who_may_only_edit_products_takes_nothing_off(desk_of: Callable[..., Client]) -> None:
    product = VariantSizeFactory().variant.product
    client = desk_of("catalog.view_product", "catalog.change_product")
    client.post(PRODUCTS, {"action": "sell_off", "_selected_action": [product.pk], "apply": "1"})
    assert not SalePrice.objects.exists()
    assert Product.objects.count() == 1

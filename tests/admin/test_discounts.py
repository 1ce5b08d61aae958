"""Staff write discounts, read their rule, and try them on a basket before customers do."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from adminpanel.discounts_admin import sentence_of
from orders import checkout
from orders.models import Bag, Discount, Order, Redemption
from tests.factories import (
    ADA,
    LAGOS_ISLAND,
    CategoryFactory,
    DiscountFactory,
    VariantSizeFactory,
    bag_with,
    dollar_rate,
    lagos,
    placed_order,
)


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Spring",
        "code": "spring-26",
        "kind": "percentage",
        "percent": "12.5",
        "time_zone": "Africa/Lagos",
        "active": "on",
        "redemptions-TOTAL_FORMS": "0",
        "redemptions-INITIAL_FORMS": "0",
        **changes,
    }


def add(desk: Client, **changes: Any) -> Any:
    return desk.post(reverse("admin:orders_discount_add"), form(**changes))


def test_a_percentage_is_written_in_per_cent_and_a_code_in_any_case(desk: Client) -> None:
    assert add(desk).status_code == 302
    made = Discount.objects.get()
    assert (made.code, made.basis_points, made.amount_kobo) == ("SPRING-26", 1_250, 0)


def test_an_amount_is_written_in_naira_and_figures_of_other_kinds_are_left_aside(desk: Client) -> None:
    assert add(desk, kind="fixed", amount_kobo="2,500", minimum_kobo="20,000").status_code == 302
    made = Discount.objects.get()
    assert (made.basis_points, made.amount_kobo, made.minimum_kobo) == (0, 250_000, 2_000_000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": ""}, "percent"),
        ({"percent": "100.01"}, "percent"),
        ({"percent": "-5"}, "percent"),
        ({"kind": "fixed"}, "amount_kobo"),
        ({"code": "two words"}, "__all__"),
        ({"starts_on": "02/05/2026", "ends_on": "01/05/2026"}, "ends_on"),
        ({"limit_total": "0"}, "__all__"),
    ],
)
def test_what_is_no_discount_is_refused(desk: Client, changes: dict[str, str], field: str) -> None:
    answer = add(desk, **changes)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Discount.objects.exists()


def test_a_second_one_with_the_same_code_is_refused(desk: Client) -> None:
    add(desk)
    assert add(desk, code="Spring-26").status_code == 200
    assert Discount.objects.count() == 1


def test_a_limit_below_what_was_given_is_refused_with_the_figure(desk: Client) -> None:
    made = DiscountFactory(limit_total=5)
    for _ in range(2):
        placed_order(code="TENTH")
    answer = desk.post(
        reverse("admin:orders_discount_change", args=[made.pk]), form(limit_total="1", limit_per_customer="1")
    )
    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"limit_total", "limit_per_customer"}
    assert "used 2 times already" in str(errors)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "10% off; with the code TENTH, alone."),
        (
            {"code": "", "first_order_only": True, "stacks": True},
            "10% off, on a first order; for every order, without a code, together with others that stack.",
        ),
        (
            {
                "kind": "fixed",
                "amount_kobo": 250_000,
                "minimum_kobo": 2_000_000,
                "limit_per_customer": 1,
                "limit_total": 50,
            },
            "₦2,500 off, from ₦20,000, once a customer, 50 times in all; with the code TENTH, alone.",
        ),
        ({"kind": "free_delivery"}, "Free delivery; with the code TENTH, alone."),
    ],
)
def test_the_rule_is_one_sentence(db: None, fields: dict[str, Any], says: str) -> None:
    assert sentence_of(DiscountFactory(**fields)) == says


def test_the_rule_names_its_categories(db: None) -> None:
    made = DiscountFactory(categories=[CategoryFactory(name="Briefs"), CategoryFactory(name="Sets")])
    assert sentence_of(made) == "10% off Briefs and Sets; with the code TENTH, alone."


def test_the_list_says_use_and_days_with_their_zone(desk: Client) -> None:
    DiscountFactory(limit_total=5, starts_on=date(2026, 5, 1), ends_on=date(2100, 5, 3))
    placed_order(code="TENTH")
    page = desk.get(reverse("admin:orders_discount_changelist")).text
    assert "1 of 5" in page
    assert "1 May 2026 – 3 May 2100 (Africa/Lagos)" in page
    assert "running" in page


def test_a_basket_is_tried_and_nothing_stays(desk: Client) -> None:
    made = DiscountFactory(active=False)
    lagos()
    size = VariantSizeFactory()
    address = reverse("admin:orders_discount_try_basket", args=[made.pk])
    assert desk.get(address).status_code == 200
    basket = {"piece_1": size.sku, "quantity_1": "2", "country": "NG", "state": "Lagos", "area": "Eti-Osa"}
    page = desk.post(address, basket).text
    assert "−₦1,700" in page
    assert "₦19,300" in page
    made.refresh_from_db()
    assert not made.active
    assert not Bag.objects.exists()
    assert not Order.objects.exists()
    assert not Redemption.objects.exists()


def test_a_basket_is_tried_in_dollars_and_abroad_where_they_are_charged(desk: Client, settings: Any) -> None:
    made = DiscountFactory()
    lagos()
    size = VariantSizeFactory()
    address = reverse("admin:orders_discount_try_basket", args=[made.pk])
    assert "Priced and charged in" not in desk.get(address).text
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1000")
    twice = {"piece_1": size.sku, "quantity_1": "1", "piece_2": size.sku, "quantity_2": "1"}
    page = desk.post(address, {**twice, "country": "CA", "currency": "USD"}).text
    assert "−$1.70" in page
    assert "Delivery, quoted later" in page
    assert "$15.30" in page


def test_a_basket_is_told_why_it_gets_nothing(desk: Client) -> None:
    made = DiscountFactory(minimum_kobo=2_000_000)
    address = reverse("admin:orders_discount_try_basket", args=[made.pk])
    page = desk.post(address, {"piece_1": VariantSizeFactory().sku, "country": "NG"}).text
    assert "TENTH needs ₦20,000, and you have ₦8,500." in page
    assert "There is no piece" in desk.post(address, {"piece_1": "NOPE", "country": "NG"}).text


def test_staff_without_the_right_neither_see_nor_try(desk_of: Any) -> None:
    made = DiscountFactory()
    client = desk_of("orders.view_order")
    assert client.get(reverse("admin:orders_discount_changelist")).status_code == 403
    assert client.get(reverse("admin:orders_discount_try_basket", args=[made.pk])).status_code == 403


def test_staff_may_give_a_code_with_an_order_they_make(desk: Client) -> None:
    lagos()
    DiscountFactory()
    size = VariantSizeFactory()
    desk.post(
        reverse("admin:orders_order_add"),
        {
            "piece_1": size.sku,
            "quantity_1": "1",
            "email": "ada@prechi.test",
            "full_name": "Ada Obi",
            "phone": "08031234567",
            "country": "NG",
            "state": "Lagos",
            "area": "Eti-Osa",
            "street": "12 Admiralty Way",
            "code": "tenth",
        },
    )
    assert Order.objects.get().discount_subunit == 85_000


def test_what_was_given_away_is_told_in_each_currency(desk: Client, settings: Any) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    dollar_rate("1500")
    lagos()
    made = DiscountFactory(code="", basis_points=1_000)
    assert "₦0" in desk.get(reverse("admin:orders_discount_change", args=[made.pk])).text
    placed_order()
    checkout.place_order(bag_with((VariantSizeFactory(on_hand=5), 1)), ADA, LAGOS_ISLAND, currency="USD")
    page = desk.get(reverse("admin:orders_discount_change", args=[made.pk])).text
    assert "₦850 · $0.57" in page
    dollars = Redemption.objects.get(order__currency="USD")
    row = desk.get(reverse("admin:orders_redemption_change", args=[dollars.pk])).text
    assert "$0.57" in row
    assert "₦" not in row[row.index("Off the goods") : row.index("Off the delivery")]

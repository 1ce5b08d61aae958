"""Discount codes over the API: in quotes and orders."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from accounts import tries
from orders.models import Order
from tests.api.conftest import fields_of
from tests.factories import DiscountFactory

ORDERS = "/api/v1/orders/"
Body = Callable[..., dict[str, Any]]
LEKKI = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}


def test_a_quote_says_what_each_takes_off_and_why_another_does_not(api: APIClient, order_of: Body) -> None:
    DiscountFactory()
    DiscountFactory(code="", name="Big bags", minimum_kobo=5_000_000)
    bag = order_of()["bag"]
    answer = api.post(f"/api/v1/bags/{bag}/quote/", {**LEKKI, "code": "tenth"}, format="json").json()
    assert answer["totals"]["discount"]["amount"] == 170_000
    assert [(one["code"], one["worth"], one["amount"]["amount"]) for one in answer["discounts"]] == [
        ("TENTH", "10%", 170_000)
    ]
    refused = [step for step in answer["trace"] if step["step"] == "no discount"]
    assert refused[0]["why"] == "“Big bags” needs ₦50,000, and you have ₦17,000."


def test_an_order_keeps_it(api: APIClient, order_of: Body) -> None:
    DiscountFactory()
    order = api.post(ORDERS, order_of(code="tenth", expected_total=1_930_000)).json()
    assert order["totals"]["total"]["amount"] == 1_930_000
    assert order["discounts"][0]["name"] == "A tenth off"
    assert order["lines"][0]["discount"]["amount"] == 170_000


def test_a_refusal_names_the_code_and_orders_nothing(api: APIClient, order_of: Body) -> None:
    DiscountFactory(minimum_kobo=2_000_000)
    answer = api.post(ORDERS, order_of(code="TENTH"))
    problem = answer.json()
    assert (answer.status_code, problem["code"], fields_of(problem)) == (400, "below_minimum", ["code"])
    assert problem["detail"] == "TENTH needs ₦20,000, and you have ₦17,000."
    assert not Order.objects.exists()


def test_guessing_is_held_up(api: APIClient, order_of: Body) -> None:
    DiscountFactory()
    quote = f"/api/v1/bags/{order_of()['bag']}/quote/"
    for number in range(tries.CODES_PER_ADDRESS):
        answer = api.post(quote, {**LEKKI, "code": f"GUESS{number}"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_code")
    held_up = api.post(ORDERS, order_of(code="TENTH"))
    assert (held_up.status_code, held_up.json()["code"]) == (429, "too_many_tries")
    assert api.post(quote, LEKKI, format="json").status_code == 200

"""The clock beside the time until which an order is held: it counts in what one can read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Window
from tests.journeys.steps import Customer
from tests.running_shop import RunningShop


@pytest.fixture(scope="module")
def customer(running_shop: RunningShop) -> Customer:
    return Customer(running_shop).orders()


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ("10 minutes", r"\((10:00|9:\d\d) left\)"),
        ("23 hours 52 minutes 30 seconds", r"\(23 h 5[12] min left\)"),
        ("49 hours 30 minutes", r"\(2 days 1 h left\)"),
    ],
)
def test_the_clock_counts_in_what_one_can_read(
    customer: Customer, visit: Callable[..., Page], held: str, told: str
) -> None:
    order = customer.order
    customer.shop.sql("UPDATE orders_order SET hold_expires_at = now() + %s::interval WHERE id = %s", held, order["id"])
    page = visit(Window())
    page.goto(f"/orders/{order['token']}/")
    expect(page.locator("[data-clock]")).to_have_text(re.compile(told))

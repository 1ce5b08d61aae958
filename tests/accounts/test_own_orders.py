"""The orders of an account on its own page: all of them, in pages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import VariantSize
from orders import history
from orders.models import Order
from tests.factories import UserFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(db: None) -> Client:
    browser = Client()
    browser.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def numbers(browser: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Five of hers, the newest first, and one of somebody else."""
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    size: VariantSize = VariantSizeFactory(on_hand=20)
    mine = [placed_order((size, 1)).number for _ in range(5)]
    Order.objects.update(user=User.objects.get())
    placed_order((size, 1))
    return mine[::-1]


def shown(page: Any) -> list[str]:
    return [order.number for order in page.context["page"].orders]


def test_every_order_is_reached_from_page_to_page(browser: Client, numbers: list[str]) -> None:
    seen, address = [], "/orders/"
    for _ in range(3):
        page = browser.get(address)
        seen += shown(page)
        address = f"/orders/?after={page.context['page'].next}"
        assert (address in page.text) == bool(page.context["page"].next)
    assert seen == numbers
    assert "The newest" in page.text


@pytest.mark.parametrize("after", ["", "x", "-1", "0", "9" * 40, "%00", "1.5"])
def test_what_is_no_place_shows_the_newest(browser: Client, numbers: list[str], after: str) -> None:
    assert shown(browser.get(f"/orders/?after={after}")) == numbers[:2]


def test_past_the_last_it_leads_back(browser: Client, numbers: list[str]) -> None:
    assert "Nothing is older" in browser.get("/orders/?after=1").text


def test_many_orders_take_no_more_queries_than_two(
    browser: Client, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.get("/orders/")  # the first visit counts the bag
    with CaptureQueriesContext(connection) as of_two:
        browser.get("/orders/")
    monkeypatch.setattr(history, "PAGE_SIZE", 5)
    with CaptureQueriesContext(connection) as of_five:
        assert shown(browser.get("/orders/")) == numbers
    assert len(of_five) == len(of_two)

"""Who asks: the token opens, and a session adds whose it is, but only where another site cannot forge the request."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from orders.models import Bag, Order
from tests.api.conftest import ADDRESS
from tests.factories import UserFactory, VariantSizeFactory, bag_with, lagos


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.get(pk=UserFactory().pk)


@pytest.fixture
def browser(ada: User) -> Client:
    """Ada, signed in, in a client that checks CSRF as production does."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def with_csrf(browser: Client) -> dict[str, str]:
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    return {"X-CSRFToken": token}


def test_a_signed_in_browser_without_csrf_token_is_a_guest(browser: Client) -> None:
    made = browser.post("/api/v1/bags/")
    assert made.status_code == 201
    assert Bag.objects.get(token=made.json()["token"]).user is None


def test_with_the_csrf_token_the_bag_is_the_customers(browser: Client, ada: User) -> None:
    first = browser.post("/api/v1/bags/", headers=with_csrf(browser)).json()
    again = browser.post("/api/v1/bags/", headers=with_csrf(browser)).json()
    assert first["token"] == again["token"]
    assert Bag.objects.get().user == ada


@pytest.mark.parametrize("trusted", [True, False])
def test_an_order_is_the_customers_only_with_the_csrf_token(browser: Client, ada: User, trusted: bool) -> None:
    lagos()
    body: dict[str, Any] = {
        "bag": bag_with((VariantSizeFactory(), 1)).token,
        "email": "ada@prechi.test",
        "full_name": "Ada Obi",
        "phone": "08031234567",
        "address": ADDRESS,
    }
    headers = with_csrf(browser) if trusted else {}
    answer = browser.post("/api/v1/orders/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    assert Order.objects.get().user == (ada if trusted else None)

"""Name and phone number of an account: its owner writes them, checkout begins with them."""

import pytest
from django.test import Client

from accounts import profile
from accounts.models import User
from core.errors import NotFound
from orders.models import Order
from tests.factories import UserFactory, VariantSizeFactory, lagos, placed_order

pytestmark = pytest.mark.django_db
PAGE = "/accounts/profile/"


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email="ada@prechi.test", full_name="Ada Obi")
    return user


@pytest.fixture
def browser(ada: User) -> Client:
    browser = Client()
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_they_are_changed_and_checkout_begins_with_them(browser: Client, ada: User) -> None:
    lagos()
    browser.post("/bag/", {"sku": VariantSizeFactory().sku})
    assert 'value="Ada Obi"' in browser.get(PAGE).text
    answer = browser.post(PAGE, {"full_name": "Ada Bello", "phone": "0803 123 4567"}, follow=True)
    assert "are saved" in answer.text
    ada.refresh_from_db()
    assert (ada.full_name, ada.phone) == ("Ada Bello", "+2348031234567")
    checkout = browser.get("/checkout/").text
    assert 'value="Ada Bello"' in checkout
    assert 'value="0803 123 4567"' in checkout or 'value="+2348031234567"' in checkout
    browser.post(PAGE, {"full_name": "", "phone": ""})
    ada.refresh_from_db()
    assert (ada.full_name, ada.phone) == ("", "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"full_name": "A\nB"}, "on one line"),
        ({"full_name": "A\u202eB"}, "on one line"),
        ({"full_name": "x" * 121}, "at most 120"),
        ({"phone": "12"}, "Write a phone number like"),
        ({"phone": "a\0"}, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    browser: Client, ada: User, wrong: dict[str, str], said: str
) -> None:
    answer = browser.post(PAGE, {"full_name": "Ada Bello", "phone": "0803 123 4567", **wrong})
    assert (answer.status_code, said in answer.text) == (400, True)
    ada.refresh_from_db()
    assert (ada.full_name, ada.phone) == ("Ada Obi", "")


def test_orders_keep_what_they_were_placed_with(browser: Client, ada: User) -> None:
    order = placed_order((VariantSizeFactory(), 1))
    Order.objects.filter(pk=order.pk).update(user=ada)
    browser.post(PAGE, {"full_name": "Ada Bello", "phone": ""})
    assert Order.objects.get(pk=order.pk).full_name == order.full_name


def test_only_its_owner_sees_and_writes_it(ada: User) -> None:
    assert Client().get(PAGE).status_code == 302
    assert Client().post(PAGE, {"full_name": "Eve"}).status_code == 302
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert forged.post(PAGE, {"full_name": "Eve"}).status_code == 403
    ada.refresh_from_db()
    assert ada.full_name == "Ada Obi"


def test_an_account_that_was_closed_in_the_same_moment_gets_no_name(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(
        erased_at="2026-01-01T00:00Z", email="erased-1@erased.invalid", full_name="", is_active=False, password="!x"
    )
    with pytest.raises(NotFound):
        profile.change(ada, full_name="Ada Bello")
    assert User.objects.get(pk=ada.pk).full_name == ""

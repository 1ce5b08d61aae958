"""Staff open the back office with a second step: six digits of an app, or a recovery code. Nothing opens without."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from accounts.models import User
from mailing.models import OutgoingMail
from orders.models import Order
from tests.accounts.second_step import (
    ACTIVATE,
    AGAIN,
    INDEX,
    LOGIN,
    PASSWORD,
    at_the_door,
    code_of,
    opens,
    recovery_codes,
    set_up,
)
from tests.accounts.second_step import boss as boss
from tests.accounts.second_step import required as required
from tests.accounts.second_step import secret as secret
from tests.admin.conftest import paid_order  # noqa: F401 - fixture
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_without_one_nothing_of_the_back_office_opens(boss: User, paid_order: Order) -> None:  # noqa: F811
    browser = at_the_door(boss)
    for address in (INDEX, reverse("admin:orders_order_changelist"), reverse("admin:jsi18n")):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, ACTIVATE)
    browser.post(reverse("admin:orders_order_pack", args=[paid_order.pk]), {"_form_submitted": "on"})
    assert Order.objects.get(pk=paid_order.pk).status == "paid"


def test_set_up_it_opens_and_is_told_by_mail(boss: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(at_the_door(boss))
    browser = at_the_door(boss, code=code_of(secret))
    assert opens(browser)
    assert OutgoingMail.objects.filter(recipient=boss.email, kind="account-changed").count() == 1
    kept = Authenticator.objects.get(user=boss, type="totp").data["secret"]
    assert secret not in kept


def test_its_page_shows_what_to_scan_and_what_to_write(boss: User) -> None:
    browser = at_the_door(boss)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = browser.get(ACTIVATE)
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert page.context["form"].secret in page.text
    assert "not right" in browser.post(ACTIVATE, {"code": "000000"}).text


def test_the_door_has_a_place_for_it_and_says_what_was_wrong_there(boss: User, secret: str) -> None:
    browser = Client()
    assert 'name="code"' in browser.get(LOGIN).text
    asked = {"username": boss.email, "password": PASSWORD}
    assert "This code is not right" in browser.post(LOGIN, {**asked, "code": "000000"}).text


@pytest.mark.parametrize("code", ["", "000000", "abc", "0" * 20])
def test_the_door_asks_for_it(boss: User, secret: str, code: str) -> None:
    browser = at_the_door(boss, code=code)
    assert "_auth_user_id" not in browser.session
    assert not opens(browser)


def test_it_is_still_known_after_the_shops_key_was_changed(boss: User, secret: str, settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" * 10, [settings.SECRET_KEY]
    assert opens(at_the_door(boss, code=code_of(secret)))


def test_an_old_code_opens_nothing(boss: User, secret: str) -> None:
    assert not opens(at_the_door(boss, code=code_of(secret, at=20)))


def test_the_shops_own_door_asks_for_it_too(boss: User, secret: str) -> None:
    browser = Client()
    answer = browser.post(reverse("account_login"), {"login": boss.email, "password": PASSWORD, "next": INDEX})
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in browser.session
    assert "The second step" in browser.get(reverse("mfa_authenticate")).text
    cache.clear()  # each code counts once
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert opens(browser)


def test_a_recovery_code_opens_once(boss: User, secret: str) -> None:
    code = recovery_codes(boss)[0]
    assert opens(at_the_door(boss, code=code))
    assert not opens(at_the_door(boss, code=code))


def test_a_session_without_it_is_asked_first(boss: User, secret: str) -> None:
    browser = Client()
    browser.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.get(reverse("admin:orders_order_changelist"))
    assert answer.headers["Location"].split("?")[0] == AGAIN
    assert "The second step" in browser.get(AGAIN).text
    browser.post(AGAIN, {"code": recovery_codes(boss)[0]})
    assert opens(browser)


def test_who_has_set_it_up_is_asked_where_it_is_not_required(boss: User, secret: str, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = False
    assert not opens(at_the_door(boss))
    assert opens(at_the_door(StaffFactory(email="other@prechi.test")))


def test_the_api_asks_for_it(boss: User, secret: str, client: Client) -> None:
    asked = {"email": boss.email, "password": PASSWORD}
    answers = [client.post("/api/v1/auth/tokens/", asked | more, "application/json") for more in ({}, {"code": "1"})]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "second_factor_needed")] * 2
    assert not AuthToken.objects.exists()
    cache.clear()
    told = client.post("/api/v1/auth/tokens/", asked | {"code": recovery_codes(boss)[0]}, "application/json")
    assert told.status_code == 201


def test_the_api_gives_nothing_to_staff_without_one(boss: User, client: Client) -> None:
    answer = client.post("/api/v1/auth/tokens/", {"email": boss.email, "password": PASSWORD}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_needed")


def test_guessing_ends(boss: User, secret: str) -> None:
    for _ in range(8):
        at_the_door(boss, code="000000")
    assert not opens(at_the_door(boss, code=code_of(secret)))


def test_customers_are_not_asked(client: Client) -> None:
    ada: User = UserFactory()
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    client.post(reverse("account_login"), {"login": ada.email, "password": PASSWORD})
    assert client.get(reverse("orders:mine")).status_code == 200
    assert (
        client.post("/api/v1/auth/tokens/", {"email": ada.email, "password": PASSWORD}, "application/json").status_code
        == 201
    )

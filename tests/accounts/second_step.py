"""What tests of the second step begin with: a member of staff, with or without one, and how they come in by it."""

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import StaffFactory

LOGIN, INDEX = reverse("admin:login"), reverse("admin:index")
ACTIVATE, AGAIN = reverse("mfa_activate_totp"), reverse("mfa_reauthenticate")
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # half a minute may end between a code and its use


@pytest.fixture
def boss() -> User:
    user: User = StaffFactory(email="boss@prechi.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def secret(boss: User) -> str:
    """Set up in a browser, as it is done."""
    return set_up(at_the_door(boss))


def at_the_door(user: User, **more: str) -> Client:
    browser = Client()
    browser.post(LOGIN, {"username": user.email, "password": PASSWORD, "next": INDEX, **more})
    return browser


def set_up(browser: Client) -> str:
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret: str = browser.get(ACTIVATE).context["form"].secret
    answer = browser.post(ACTIVATE, {"code": code_of(secret)}, follow=True)
    assert "Recovery codes" in answer.text
    return secret


def code_of(secret: str, at: int = 0) -> str:
    """As the app shows it, or did `at` steps of half a minute ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - at))


def recovery_codes(user: User) -> list[str]:
    codes: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return codes


def opens(browser: Client) -> bool:
    return browser.get(INDEX).status_code == 200

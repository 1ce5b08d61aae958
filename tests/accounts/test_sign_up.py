"""From a stranger to a customer: the account is theirs when they have proved the address."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import forms
from accounts.models import User
from mailing.models import OutgoingMail
from tests.accounts.letters import kinds, letters, link_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
EMAIL = "ngozi@prechi.test"
PASSWORD = "Zebra-crossing-9"
FORM = {"full_name": "Ngozi Eze", "email": EMAIL, "password1": PASSWORD}


def signed_up(browser: Client, **more: str) -> Any:
    return browser.post(reverse("account_signup"), {**FORM, **more})


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def signs_in(browser: Client, password: str = PASSWORD, **more: str) -> Any:
    return browser.post(reverse("account_login"), {"login": EMAIL, "password": password, **more})


def test_an_address_that_was_proved_opens_the_account() -> None:
    browser = Client()
    answer = browser.post(reverse("account_signup"), FORM, follow=True)
    assert "Look into your mail" in answer.text
    assert not is_signed_in(browser)
    link = link_in(letters(EMAIL)[0], "confirm-email")
    assert "Is this your address?" in browser.get(link).text
    assert not is_signed_in(browser)  # opening the link is not enough: mail scanners do that
    assert browser.post(link).status_code == 302
    assert is_signed_in(browser)
    user = User.objects.get()
    assert (user.email, user.full_name, user.marketing_consent_at) == (EMAIL, "Ngozi Eze", None)
    assert kinds(EMAIL) == ["account-verify", "account-welcome"]


def test_in_another_browser_the_link_proves_the_address_and_signs_nobody_in() -> None:
    signed_up(Client())
    other = Client()
    assert other.post(link_in(letters(EMAIL)[0], "confirm-email")).headers["Location"] == reverse("account_login")
    assert not is_signed_in(other)
    assert signs_in(other).status_code == 302
    assert is_signed_in(other)


def test_before_that_the_right_password_only_brings_another_link() -> None:
    signed_up(Client())
    browser = Client()
    assert signs_in(browser).headers["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(browser)
    assert browser.get(reverse("orders:mine")).status_code == 302


def test_a_link_works_once_and_an_invented_one_never() -> None:
    signed_up(Client())
    link = link_in(letters(EMAIL)[0], "confirm-email")
    assert Client().post(link).status_code == 302
    assert Client().post(link).status_code == 404
    for address in (link, reverse("account_confirm_email", args=["MQ:1abc:invented"])):
        assert "used up" in Client().get(address).text
    assert kinds(EMAIL) == ["account-verify", "account-welcome"]


def test_consent_is_kept_with_its_time_and_place() -> None:
    signed_up(Client(), marketing="on")
    user = User.objects.get()
    assert user.marketing_consent_at is not None
    assert user.marketing_consent_source == "sign-up"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"password1": "short"}, "too short"),
        ({"password1": "password123"}, "too common"),
        ({"password1": ""}, "This field is required"),
        ({"full_name": "Ngozi\u202eeze"}, "one line"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(wrong: dict[str, str], told: str) -> None:
    answer = signed_up(Client(), **wrong)
    assert answer.status_code == 200
    assert told in answer.text
    assert "<title>Error: " in answer.text
    assert not User.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_nobody_makes_themselves_staff() -> None:
    signed_up(Client(), is_staff="on", is_superuser="on", is_active="on", user_permissions="1")
    assert not User.objects.filter(is_staff=True).exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_address_with_an_account_costs_as_much_work_as_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(email=EMAIL)
    hashed: list[str] = []
    monkeypatch.setattr(forms, "make_password", hashed.append)
    signed_up(Client())
    assert hashed == [PASSWORD]
    assert kinds(EMAIL) == ["account-exists"]


def test_mails_are_not_sent_to_an_address_without_end() -> None:
    for _ in range(3):
        assert signed_up(Client()).status_code == 302
    for email in (EMAIL, "NGOZI@prechi.test"):
        answer = signed_up(Client(), email=email)
        assert answer.status_code == 200
        assert "written to this address already" in answer.text
    assert len(letters(EMAIL)) == 1  # whose link is good for three days
    assert signed_up(Client(), email="somebody.else@prechi.test").status_code == 302


def test_the_session_of_before_is_not_the_one_of_after() -> None:
    """Whoever slipped a session of theirs under somebody has nothing of the account."""
    signed_up(Client())
    Client().post(link_in(letters(EMAIL)[0], "confirm-email"))
    browser = Client()
    browser.get(reverse("account_login"))
    planted = browser.session
    planted["planted"] = True
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    signs_in(browser)
    assert is_signed_in(browser)
    assert browser.session.session_key != planted.session_key
    thief = Client()
    thief.cookies["sessionid"] = planted.session_key
    assert not is_signed_in(thief)


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
@pytest.mark.parametrize("door", ["account_login", "account_signup", "account_logout", "account_reset_password"])
def test_nobody_is_led_elsewhere(door: str, elsewhere: str) -> None:
    UserFactory(email=EMAIL)
    browser = Client()
    assert "evil.example" not in browser.get(reverse(door), {"next": elsewhere}).headers.get("Location", "")
    form = {**FORM, "login": EMAIL, "password": "a-long-password", "next": elsewhere}
    assert "evil.example" not in browser.post(reverse(door), form).headers.get("Location", "")

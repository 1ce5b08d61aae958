"""Becoming a customer over the API, and passwords that were forgotten or are changed: as safe as on the pages."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts import consent, tries
from accounts.models import ConsentChange, User
from mailing.models import Subscriber
from tests.accounts.letters import kinds, letters, link_in
from tests.api.conftest import fields_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SIGN_UP = "/api/v1/auth/sign-up/"
RESET = "/api/v1/auth/password-reset/"
TOKENS = "/api/v1/auth/tokens/"
PASSWORD_URL = "/api/v1/account/password/"
NEWSLETTER = "/api/v1/newsletter/"
EMAIL, PASSWORD, NEW = "ngozi@prechi.test", "a-long-password", "Zebra-crossing-9"
FORM = {"email": EMAIL, "password": NEW, "full_name": "Ngozi Eze"}


@pytest.fixture
def ngozi() -> User:
    user: User = UserFactory(email=EMAIL)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


def test_an_account_is_made_confirmed_by_mail_and_signed_in(api: APIClient) -> None:
    answer = api.post(SIGN_UP, FORM)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (202, "no-store")
    assert "_auth_user_id" not in api.session
    user = User.objects.get()
    assert (user.email, user.full_name, user.is_staff, user.marketing_consent_at) == (EMAIL, "Ngozi Eze", False, None)
    assert not EmailAddress.objects.get().verified
    assert Client().post(link_in(letters(EMAIL)[0], "confirm-email")).status_code == 302
    assert EmailAddress.objects.get().verified
    assert api.post(TOKENS, {"email": EMAIL, "password": NEW}).status_code == 201
    assert kinds(EMAIL) == ["account-verify", "account-welcome"]


def test_before_the_address_is_confirmed_the_right_password_brings_another_link(api: APIClient) -> None:
    api.post(SIGN_UP, FORM)
    wrong = api.post(TOKENS, {"email": EMAIL, "password": "wrong"})
    assert (wrong.status_code, kinds(EMAIL)) == (401, ["account-verify"])
    answer = api.post(TOKENS, {"email": EMAIL, "password": NEW})
    assert (answer.status_code, answer.json()["code"]) == (401, "address_not_confirmed")
    assert not AuthToken.objects.exists()
    Client().post(link_in(letters(EMAIL)[1], "confirm-email"))
    assert api.post(TOKENS, {"email": EMAIL, "password": NEW}).status_code == 201


def test_such_links_are_counted_too(api: APIClient) -> None:
    api.post(SIGN_UP, FORM)
    told = [api.post(TOKENS, {"email": EMAIL, "password": NEW}).status_code for _ in range(tries.MAILS_PER_ACCOUNT)]
    assert told == [401] * (tries.MAILS_PER_ACCOUNT - 1) + [429]
    assert len(letters(EMAIL)) == tries.MAILS_PER_ACCOUNT


def test_another_address_is_proved_before_it_counts(api: APIClient, ngozi: User) -> None:
    api.force_authenticate(ngozi)
    url = "/api/v1/account/email/"
    assert fields_of(api.post(url, {"email": EMAIL}).json()) == ["email"]
    assert api.post(url, {"email": "other@prechi.test"}).status_code == 202
    ngozi.refresh_from_db()
    assert ngozi.email == EMAIL
    browser = Client()
    browser.force_login(ngozi, backend="django.contrib.auth.backends.ModelBackend")
    browser.post(link_in(letters("other@prechi.test")[0], "confirm-email"))
    ngozi.refresh_from_db()
    assert ngozi.email == "other@prechi.test"
    assert kinds(EMAIL) == ["account-changed"]


def test_who_has_an_account_gets_the_same_answer_and_a_mail_that_says_so(api: APIClient, ngozi: User) -> None:
    answers = [api.post(SIGN_UP, {**FORM, "email": email}) for email in (EMAIL, "new@prechi.test")]
    assert [(answer.status_code, answer.content) for answer in answers[:1]] == [
        (answers[1].status_code, answers[1].content)
    ]
    assert kinds(EMAIL) == ["account-exists"]
    ngozi.refresh_from_db()
    assert (ngozi.full_name, ngozi.check_password(PASSWORD)) == ("Ada Obi", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": '"a"@prechi.test'}, "email"),
        ({"email": 5}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": ""}, "password"),
        ({"full_name": "A\nB"}, "full_name"),
        ({"marketing": "perhaps"}, "marketing"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(api: APIClient, change: dict[str, Any], field: str) -> None:
    answer = api.post(SIGN_UP, {**FORM, **change})
    assert (answer.status_code, fields_of(answer.json())) == (400, [field])
    assert not User.objects.exists()


def test_consent_takes_the_words_that_were_shown(api: APIClient) -> None:
    words = api.get(NEWSLETTER).json()["wording"]
    refused = api.post(SIGN_UP, {**FORM, "marketing": True, "wording": "Everything."})
    assert (refused.status_code, refused.json()["code"], User.objects.count()) == (409, "consent_words_changed", 0)
    api.post(SIGN_UP, {**FORM, "marketing": True, "wording": words})
    assert [(row.given, row.source) for row in ConsentChange.objects.all()] == [(True, consent.SIGN_UP)]


@pytest.mark.parametrize("url", [SIGN_UP, RESET])
def test_mails_are_counted_for_known_and_unknown_addresses_alike(api: APIClient, ngozi: User, url: str) -> None:
    for email in (EMAIL, "unknown@prechi.test"):
        told = [api.post(url, {**FORM, "email": email}).status_code for _ in range(tries.MAILS_PER_ACCOUNT + 1)]
        assert told == [202] * tries.MAILS_PER_ACCOUNT + [429]


def test_a_form_of_another_site_makes_nothing(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    for url in (SIGN_UP, RESET, NEWSLETTER):
        assert browser.post(url, FORM).status_code == 415
    assert not User.objects.exists()


def test_a_forgotten_password_is_set_by_the_link(api: APIClient, ngozi: User) -> None:
    answers = [api.post(RESET, {"email": email}) for email in (EMAIL, "unknown@prechi.test")]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    browser = Client()
    page = browser.get(link_in(letters(EMAIL)[0], "reset"), follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": NEW})
    assert api.post(TOKENS, {"email": EMAIL, "password": PASSWORD}).status_code == 401
    assert api.post(TOKENS, {"email": EMAIL, "password": NEW}).status_code == 201


def test_a_changed_password_ends_every_token_and_is_told(api: APIClient, ngozi: User) -> None:
    token = api.post(TOKENS, {"email": EMAIL, "password": PASSWORD}).json()["token"]
    hers = APIClient(headers={"Authorization": f"Bearer {token}"})
    for body, field in (
        ({"password": "wrong", "new_password": NEW}, "password"),
        ({"password": PASSWORD, "new_password": "short"}, "new_password"),
    ):
        answer = hers.post(PASSWORD_URL, body)
        assert (answer.status_code, fields_of(answer.json())) == (400, [field])
    assert hers.post(PASSWORD_URL, {"password": PASSWORD, "new_password": NEW}).status_code == 204
    assert hers.get("/api/v1/account/").status_code == 401
    assert not AuthToken.objects.exists()
    ngozi.refresh_from_db()
    assert ngozi.check_password(NEW)
    assert kinds(EMAIL) == ["account-changed"]


def test_a_session_that_changes_it_goes_on_and_others_end(ngozi: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(ngozi, backend="django.contrib.auth.backends.ModelBackend")
    body = {"password": PASSWORD, "new_password": NEW}
    assert here.post(PASSWORD_URL, body, content_type="application/json").status_code == 204
    assert (here.get("/orders/").status_code, there.get("/orders/").status_code) == (200, 302)


def test_guessing_the_password_of_now_is_counted(api: APIClient, ngozi: User) -> None:
    api.force_authenticate(ngozi)
    body = {"password": "wrong", "new_password": NEW}
    told = [api.post(PASSWORD_URL, body).status_code for _ in range(tries.FAILURES_PER_ACCOUNT + 1)]
    assert told[-1] == 429


def test_the_newsletter_asks_the_owner_of_the_address_first(api: APIClient) -> None:
    assert api.post(NEWSLETTER, {"email": EMAIL}).status_code == 202
    assert [(row.state, row.source) for row in Subscriber.objects.all()] == [("asked", "API")]
    assert fields_of(api.post(NEWSLETTER, {"email": "nobody"}).json()) == ["email"]

"""Tokens of the API: who gets one, how long it lives, and that a revoked one is dead at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import FailedSignIn, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TOKENS = "/api/v1/auth/tokens/"
CURRENT = f"{TOKENS}current/"
PASSWORD = "a long sentence of hers"
BAGS = "/api/v1/bags/"


@pytest.fixture
def ada() -> User:
    user: User = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def sign_in(ada: User) -> Callable[..., Any]:
    def ask(password: str = PASSWORD, email: str = "", **headers: str) -> Any:
        return APIClient().post(TOKENS, {"email": email or ada.email, "password": password}, headers=headers)

    return ask


def bearing(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def is_dead(token: str) -> bool:
    answer = bearing(token).post(BAGS)
    assert answer.status_code in (201, 401)
    return bool(answer.status_code == 401)


def test_a_token_for_a_password_and_only_its_hash_is_kept(sign_in: Callable[..., Any], ada: User) -> None:
    answer = sign_in()
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    token = answer.json()["token"]
    row = AuthToken.objects.get()
    assert row.user == ada
    assert token not in (row.digest, row.token_key)
    assert timedelta(hours=23, minutes=59) < row.expiry - timezone.now() <= timedelta(hours=24)
    assert not is_dead(token)
    assert not FailedSignIn.objects.exists()


def test_it_acts_as_its_owner(sign_in: Callable[..., Any], ada: User) -> None:
    client = bearing(sign_in().json()["token"])
    assert client.post(BAGS).status_code == 201
    assert ada.bags.count() == 1  # type: ignore[attr-defined]


def test_a_known_token_costs_one_query(
    sign_in: Callable[..., Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token = sign_in().json()["token"].encode()
    with django_assert_num_queries(1):
        tokens.BearerToken().authenticate_credentials(token)
    with django_assert_num_queries(1):
        tokens.BearerToken().authenticate_credentials(token)


def test_wrong_and_unknown_are_answered_alike(sign_in: Callable[..., Any], ada: User) -> None:
    wrong, unknown = sign_in("not hers"), sign_in(email="nobody@prechi.test")
    User.objects.filter(pk=ada.pk).update(is_active=False)
    inactive = sign_in()
    assert wrong.status_code == unknown.status_code == inactive.status_code == 401
    assert wrong.json() == unknown.json() == inactive.json()
    assert wrong.json()["code"] == "wrong_credentials"
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize(
    "body",
    [{}, {"email": "a@b.test"}, {"email": ["a"], "password": 1}, {"email": "a\0b", "password": "x"}, []],
    ids=["nothing", "no password", "a list", "nul", "no object"],
)
def test_half_a_request_is_refused(body: Any) -> None:
    assert APIClient().post(TOKENS, body, format="json").status_code == 400


def test_guessing_one_account_ends_after_five(sign_in: Callable[..., Any], ada: User) -> None:
    for _ in range(5):
        assert sign_in("guess").status_code == 401
    assert sign_in().status_code == 429, "the right password does not help any more"
    assert sign_in(email=ada.email.upper()).status_code == 429
    assert sign_in(email="somebody@else.test", password="guess").status_code == 401
    FailedSignIn.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    assert sign_in().status_code == 201


def test_guessing_many_accounts_from_one_address_ends(sign_in: Callable[..., Any], settings: Any) -> None:
    for number in range(20):
        assert sign_in("guess", f"guest{number}@prechi.test").status_code == 401
    assert sign_in().status_code == 429
    assert sign_in(**{"X-Forwarded-For": "203.0.113.9"}).status_code == 429, "a header is nobody's address"
    settings.BEHIND_PROXY = True
    assert sign_in(**{"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}).status_code == 201, "the proxy's word counts"


def test_a_revoked_token_is_dead_and_the_others_live(sign_in: Callable[..., Any]) -> None:
    one, two = sign_in().json()["token"], sign_in().json()["token"]
    assert not is_dead(one)
    assert not is_dead(two)
    assert bearing(one).delete(CURRENT).status_code == 204
    assert is_dead(one)
    assert not is_dead(two)
    assert bearing(one).delete(CURRENT).status_code == 401


def test_signing_out_everywhere(sign_in: Callable[..., Any]) -> None:
    mine = [sign_in().json()["token"] for _ in range(3)]
    assert not any(is_dead(token) for token in mine)
    assert bearing(mine[0]).delete(TOKENS).status_code == 204
    assert all(is_dead(token) for token in mine)


@pytest.fixture
def deaf_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis can be read, but nothing is forgotten there any more."""
    monkeypatch.setattr(type(cache._connections["default"]), "delete", lambda *args, **kwargs: False)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "end",
    [
        lambda user: AuthToken.objects.all().delete(),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: (user.set_password("another"), user.save()),
        lambda user: user.delete(),
    ],
    ids=["deleted", "inactive", "new password", "person gone"],
)
@pytest.mark.usefixtures("deaf_cache")
def test_what_the_cache_remembers_does_not_keep_it_alive(
    sign_in: Callable[..., Any], ada: User, end: Callable[[User], Any]
) -> None:
    token = sign_in().json()["token"]
    assert not is_dead(token)
    end(ada)
    assert is_dead(token)


def test_an_expired_token_is_dead_also_in_the_cache(sign_in: Callable[..., Any]) -> None:
    token = sign_in().json()["token"]
    assert not is_dead(token)
    past = timezone.now() - timedelta(seconds=1)
    AuthToken.objects.update(expiry=past)
    key = tokens._key(AuthToken.objects.get().digest)
    assert cache.get(key)
    cache.set(key, (*cache.get(key)[:2], past), 60)
    assert is_dead(token)
    assert tokens.clean_up() == 1


def test_without_redis_the_database_is_asked(sign_in: Callable[..., Any], settings: Any) -> None:
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    token = sign_in().json()["token"]
    assert not is_dead(token)
    bearing(token).delete(CURRENT)
    assert is_dead(token)


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer " + "x" * 5000, "Bearer é", "Bearer 0000"])
def test_what_is_no_token_is_refused(header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.post(BAGS)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_stale_copy_of_the_person_does_not_turn_the_epoch_back(sign_in: Callable[..., Any], ada: User) -> None:
    stale = User.objects.get(pk=ada.pk)
    token = sign_in().json()["token"]
    bearing(token).delete(CURRENT)
    stale.full_name = "Ada Obi"
    stale.save()
    assert User.objects.get(pk=ada.pk).token_epoch == 1

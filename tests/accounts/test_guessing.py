"""Guessing a password: every door counts, and none shuts out the others' customers."""

from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from accounts import tries
from accounts.models import FailedSignIn, User
from mailing.models import OutgoingMail
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
STAFF_DOOR = reverse("admin:login")
SHOP_DOOR = reverse("account_login")


@pytest.fixture
def owner() -> User:
    user: User = StaffFactory(email="princess@prechi.test")
    user.save()
    return user


def knocks(door: str, email: str, password: str, **headers: str) -> Any:
    form = {"username": email, "login": email, "password": password}
    return Client().post(door, form, headers=headers)


@pytest.mark.parametrize("door", [STAFF_DOOR, SHOP_DOOR])
def test_after_five_wrong_ones_even_the_right_one_waits(owner: User, door: str) -> None:
    for number in range(tries.FAILURES_PER_ACCOUNT):
        assert knocks(door, owner.email, f"wrong {number}").status_code == 200
    answer = knocks(door, owner.email, PASSWORD)
    assert answer.status_code in (200, 429)
    assert "too many" in answer.text.lower()
    assert "_auth_user_id" not in answer.client.session


@pytest.mark.parametrize("door", [STAFF_DOOR, SHOP_DOOR])
def test_the_right_one_leaves_nothing_behind(owner: User, door: str) -> None:
    assert knocks(door, owner.email, PASSWORD).status_code == 302
    assert not FailedSignIn.objects.exists()


def test_the_doors_count_together(owner: User) -> None:
    for number in range(tries.FAILURES_PER_ACCOUNT):
        knocks(SHOP_DOOR, owner.email, f"wrong {number}")
    assert "too many" in knocks(STAFF_DOOR, owner.email, PASSWORD).text.lower()


def test_another_spelling_is_no_new_account(owner: User) -> None:
    spellings = ["PRINCESS@prechi.test", " princess@prechi.test", "prince\u017fs@prechi.test", "Princess@Prechi.Test"]
    for spelling in [*spellings, owner.email]:
        knocks(STAFF_DOOR, spelling, "wrong")
    assert "too many" in knocks(STAFF_DOOR, owner.email, PASSWORD).text.lower()


@pytest.mark.parametrize("door", [STAFF_DOOR, SHOP_DOOR])
def test_behind_the_proxy_one_guesser_does_not_shut_everybody_out(owner: User, settings: Any, door: str) -> None:
    settings.BEHIND_PROXY = True
    for number in range(tries.FAILURES_PER_ADDRESS + 5):
        # What the guesser claims stands before what the proxy adds.
        knocks(door, f"nobody{number}@prechi.test", "wrong", **{"X-Forwarded-For": f"10.0.0.{number}, 6.6.6.6"})
    assert knocks(door, owner.email, PASSWORD, **{"X-Forwarded-For": "6.6.6.6"}).status_code != 302
    assert knocks(door, owner.email, PASSWORD, **{"X-Forwarded-For": "7.7.7.7"}).status_code == 302


@pytest.mark.parametrize("door", [STAFF_DOOR, SHOP_DOOR])
def test_nor_does_one_guesser_with_a_network_of_addresses_guess_on(owner: User, settings: Any, door: str) -> None:
    settings.BEHIND_PROXY = True
    for number in range(tries.FAILURES_PER_ADDRESS + 5):
        knocks(door, f"nobody{number}@prechi.test", "wrong", **{"X-Forwarded-For": f"2001:db8::{number}"})
    assert knocks(door, owner.email, PASSWORD, **{"X-Forwarded-For": "2001:db8::ffff"}).status_code != 302
    assert knocks(door, owner.email, PASSWORD, **{"X-Forwarded-For": "2001:db8:0:1::"}).status_code == 302


def test_a_link_to_set_a_new_password_is_good_for_half_an_hour() -> None:
    assert project.PASSWORD_RESET_TIMEOUT == 1800


def test_signing_up_does_not_tell_who_has_an_account(owner: User) -> None:
    answers = [
        Client().post(reverse("account_signup"), {"email": email, "password1": "Zebra-crossing-9"})
        for email in (owner.email, "nobody@prechi.test")
    ]
    assert {(answer.status_code, answer.headers.get("Location")) for answer in answers} == {
        (302, reverse("account_email_verification_sent"))
    }
    kinds = dict(OutgoingMail.objects.values_list("recipient", "kind"))
    assert kinds == {owner.email: "account-exists", "nobody@prechi.test": "account-verify"}


def test_nor_does_asking_for_a_new_password(owner: User) -> None:
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (owner.email, "nobody@prechi.test")
    ]
    assert len({(answer.status_code, answer.headers.get("Location")) for answer in answers}) == 1

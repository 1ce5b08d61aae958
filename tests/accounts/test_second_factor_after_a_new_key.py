"""The shop's key is changed: second steps are read by the old one, renewed, or refused in words, and never an error."""

from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.second_step import at_the_door, code_of, opens, recovery_codes, set_up
from tests.accounts.second_step import boss as boss
from tests.accounts.second_step import required as required
from tests.accounts.second_step import secret as secret

pytestmark = pytest.mark.django_db

NEW = "another-" * 10


def test_the_old_key_is_gone_and_the_doors_say_what_to_do(boss: User, secret: str, settings: Any) -> None:
    settings.SECRET_KEY = NEW
    door = Client()
    asked = {"username": boss.email, "password": "a-long-password", "code": code_of(secret)}
    answer = door.post(reverse("admin:login"), asked)
    assert answer.status_code == 200
    assert "Ask the shop's owner to take it away" in unescape(answer.text)
    assert not opens(door)
    asked = {"email": boss.email, "password": "a-long-password", "code": code_of(secret)}
    told = Client().post("/api/v1/auth/tokens/", asked, "application/json")
    assert (told.status_code, told.json()["code"]) == (401, "second_step_unreadable")
    assert "Ask the shop's owner" in told.text


@pytest.mark.parametrize(
    "page", ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"]
)
def test_who_is_within_still_reads_it_on_the_pages_of_recovery_codes(
    boss: User, secret: str, settings: Any, page: str
) -> None:
    recovery_codes(boss)
    within = at_the_door(boss, code=code_of(secret))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    assert within.get(reverse("mfa_index")).status_code == 200  # from here on the session goes by the new key
    settings.SECRET_KEY_FALLBACKS = []
    within.post(reverse("account_reauthenticate"), {"password": "a-long-password"})
    answer = within.get(reverse(page), follow=True)
    assert answer.status_code == 200
    assert "Ask the shop's owner to take it away" in unescape(answer.text)


def test_taken_away_it_is_set_up_anew(boss: User, secret: str, settings: Any) -> None:
    settings.SECRET_KEY = NEW
    Authenticator.objects.filter(user=boss).delete()
    cache.clear()  # each code counts once
    anew = set_up(at_the_door(boss))
    assert opens(at_the_door(boss, code=recovery_codes(boss)[0]))
    assert anew != secret


def test_renewed_it_needs_the_old_key_no_more(boss: User, secret: str, settings: Any) -> None:
    codes = recovery_codes(boss)
    assert opens(at_the_door(boss, code=codes[0]))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [settings.SECRET_KEY]
    call_command("renew_second_steps")
    call_command("renew_second_steps")
    settings.SECRET_KEY_FALLBACKS = []
    assert opens(at_the_door(boss, code=code_of(secret)))
    assert recovery_codes(boss) == codes[1:], "the one that was used stays used"


def test_what_no_key_can_read_is_told_and_left(boss: User, secret: str, settings: Any) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, NEW
    with pytest.raises(CommandError, match="Readable by no key: 2"):
        call_command("renew_second_steps")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert opens(at_the_door(boss, code=code_of(secret)))

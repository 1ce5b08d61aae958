"""A forgotten password, and a changed one."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mailing.models import OutgoingMail
from tests.accounts.letters import kinds, letters, link_in
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
NEW = "Zebra-crossing-9"


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email="ada@prechi.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def asks(email: str, browser: Client | None = None) -> Any:
    return (browser or Client()).post(reverse("account_reset_password"), {"email": email})


def opens(browser: Client, password: str, email: str = "ada@prechi.test") -> bool:
    browser.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in browser.session


def follows(browser: Client, link: str, password: str = NEW) -> Any:
    form = browser.get(link, follow=True)
    return browser.post(form.request["PATH_INFO"], {"password1": password}, follow=True)


def test_a_link_in_the_mail_sets_a_new_password(ada: User) -> None:
    asks(ada.email)
    assert "Your password is set" in follows(Client(), link_in(letters(ada.email)[0], "reset")).text
    assert not opens(Client(), PASSWORD)
    assert opens(Client(), NEW)
    assert kinds(ada.email) == ["account-reset", "account-changed"]


def test_it_works_once(ada: User) -> None:
    asks(ada.email)
    link = link_in(letters(ada.email)[0], "reset")
    follows(Client(), link)
    again = Client().get(link)
    assert "used up" in again.text
    follows_again = Client().post(link, {"password1": "Another-word-7"})
    assert "used up" in follows_again.text
    assert opens(Client(), NEW)


def test_a_form_that_was_opened_before_is_worth_nothing_after(ada: User) -> None:
    asks(ada.email)
    link = link_in(letters(ada.email)[0], "reset")
    late = Client()
    form = late.get(link, follow=True)
    follows(Client(), link)
    assert "used up" in late.post(form.request["PATH_INFO"], {"password1": "Another-word-7"}).text
    assert opens(Client(), NEW)


def test_it_is_good_for_half_an_hour(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    asks(ada.email)
    link = link_in(letters(ada.email)[0], "reset")
    for minutes, told in ((29, "Set a new password"), (31, "used up")):
        moment = timezone.now().replace(tzinfo=None) + timedelta(hours=1, minutes=minutes)
        monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self, at=moment: at)
        assert told in Client().get(link, follow=True).text, minutes


def test_the_key_leaves_the_address_bar(ada: User) -> None:
    """Else the page could hand it on, as the place one came from."""
    asks(ada.email)
    link = link_in(letters(ada.email)[0], "reset")
    answer = Client().get(link)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("-set-password/")


def test_the_answer_never_tells_who_has_an_account(ada: User) -> None:
    answers = [asks(email) for email in (ada.email, "nobody@prechi.test")]
    assert len({(answer.status_code, answer.headers["Location"], answer.text) for answer in answers}) == 1
    pages = [Client().get(answers[0].headers["Location"]).status_code for _ in answers]
    assert pages == [200, 200]
    assert kinds("nobody@prechi.test") == ["account-unknown"]


def test_known_and_unknown_are_counted_alike(ada: User) -> None:
    for email in (ada.email, "nobody@prechi.test"):
        said = [asks(email) for _ in range(4)]
        assert [answer.status_code for answer in said] == [302, 302, 302, 200], email
        assert "written to this address already" in said[-1].text
        assert len(letters(email)) == 3


def test_of_an_account_that_was_never_proved_the_mail_proves_the_address() -> None:
    """Whoever signed up with somebody else's address is shut out by its owner."""
    stranger = {"email": "ada@prechi.test", "password1": "The-strangers-1"}
    Client().post(reverse("account_signup"), stranger)
    asks("ada@prechi.test")
    follows(Client(), link_in(letters("ada@prechi.test")[-1], "reset"))
    assert not opens(Client(), stranger["password1"])
    assert opens(Client(), NEW)


def test_a_changed_password_signs_all_others_out(ada: User) -> None:
    here, elsewhere = Client(), Client()
    assert opens(here, PASSWORD)
    assert opens(elsewhere, PASSWORD)
    form = {"oldpassword": PASSWORD, "password1": NEW}
    here.post(reverse("account_change_password"), form)
    assert here.get(reverse("orders:mine")).status_code == 200
    assert elsewhere.get(reverse("orders:mine")).status_code == 302
    assert kinds(ada.email) == ["account-changed"]
    assert "password was changed" in letters(ada.email)[0].text


def test_an_open_session_is_no_place_to_guess_the_password(ada: User) -> None:
    browser = Client()
    opens(browser, PASSWORD)
    for number in range(5):
        wrong = {"oldpassword": f"wrong {number}", "password1": NEW}
        assert "not your current password" in browser.post(reverse("account_change_password"), wrong).text
    right = {"oldpassword": PASSWORD, "password1": NEW}
    answer = browser.post(reverse("account_change_password"), right)
    assert answer.status_code in (200, 429)
    assert User.objects.get().check_password(PASSWORD)


def test_a_new_address_takes_over_when_it_is_proved_and_the_old_one_is_told(ada: User) -> None:
    browser = Client()
    opens(browser, PASSWORD)
    form = {"email": "ada.obi@prechi.test", "action_add": "1"}
    page = browser.post(reverse("account_email"), form, follow=True)
    assert "waits to be confirmed" in page.text
    assert User.objects.get().email == ada.email
    assert browser.post(link_in(letters("ada.obi@prechi.test")[0], "confirm-email")).status_code == 302
    assert User.objects.get().email == "ada.obi@prechi.test"
    assert kinds("ada.obi@prechi.test") == ["account-verify-address"]  # nobody is welcomed twice
    assert kinds(ada.email) == ["account-changed"]
    assert EmailAddress.objects.count() == 1


def test_somebody_elses_address_is_not_told_from_a_free_one(ada: User) -> None:
    taken: User = UserFactory(email="taken@prechi.test")
    EmailAddress.objects.create(user=taken, email=taken.email, verified=True, primary=True)
    browser = Client()
    opens(browser, PASSWORD)
    pages = [
        browser.post(reverse("account_email"), {"email": email, "action_add": "1"}, follow=True).text.replace(
            email, "X"
        )
        for email in ("taken@prechi.test", "frees@prechi.test")
    ]
    for said in pages:
        assert "waits to be confirmed" in said or "We sent a link to X" in said
    assert OutgoingMail.objects.filter(recipient="taken@prechi.test").count() == 1


def test_staff_change_theirs_where_tries_are_counted(client: Client) -> None:
    client.force_login(StaffFactory())
    answer = client.post("/admin/password_change/", {"old_password": "guess"})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("account_change_password"))

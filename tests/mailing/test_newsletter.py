"""The newsletter's list: only who confirmed from their own mailbox is on it, and one click takes anybody off it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import consent
from accounts import newsletter as accounts_newsletter
from accounts.models import User
from mailing import newsletter, outbox, suppression
from mailing.models import OutgoingMail, Subscriber
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ADA = "ada@prechi.test"


def sign_up(client: Client, email: str = ADA, **fields: str) -> Any:
    return client.post("/newsletter/", {"email": email, "source": "footer", **fields}, follow=True)


def mails() -> list[OutgoingMail]:
    return [outbox.compose(mail) for mail in OutgoingMail.objects.filter(kind="newsletter-confirm").order_by("pk")]


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"https?://[^/]+(/newsletter/confirm/\S+)", mail.text)
    assert found
    return found[1]


def on_the_list(client: Client, email: str = ADA) -> Subscriber:
    sign_up(client, email)
    client.post(link_in(mails()[-1]))
    return Subscriber.objects.get(email=email, state="confirmed")


def leave_link(person: Subscriber) -> str:
    return "/newsletter/leave/" + newsletter.leave_url(person.pk).split("/leave/")[1]


def test_who_signs_up_is_on_the_list_after_the_link_of_the_mail(client: Client) -> None:
    assert "Look into your mailbox" in sign_up(client).content.decode()
    person = Subscriber.objects.get()
    assert (person.state, person.source, person.confirmed_at) == ("asked", "footer", None)
    link = link_in(mails()[0])
    assert "Yes, put me on the list" in client.get(link).content.decode()
    person.refresh_from_db()
    assert person.state == "asked", "a program that looks at links confirms nothing"
    for _ in range(2):
        assert "You are on the list" in client.post(link).content.decode()
    person.refresh_from_db()
    assert person.state == "confirmed"
    assert person.confirmed_at


def test_nothing_tells_who_is_on_the_list(client: Client) -> None:
    first = sign_up(client)
    client.post(link_in(mails()[0]))
    again = sign_up(client, "A.da+x@prechi.test")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert len(mails()) == 1
    assert Subscriber.objects.count() == 1


def test_who_signs_up_twice_a_day_gets_one_mail(client: Client) -> None:
    for _ in range(3):
        sign_up(client)
    assert len(mails()) == 1
    assert "You are on the list" in client.post(link_in(mails()[0])).content.decode()


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b", "x" * 300 + "@prechi.test", "ada@prechi.test\nBcc: x@y.test"]
)
def test_what_is_no_address_is_said_beside_the_field(client: Client, email: str) -> None:
    answer = sign_up(client, email)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_one_network_address_signs_up_only_so_many(client: Client) -> None:
    for number in range(newsletter.PER_ADDRESS_AN_HOUR):
        newsletter.ask(f"a{number}@prechi.test", "footer", network_address="127.0.0.1")
    assert sign_up(client).status_code == 429
    assert not Subscriber.objects.filter(email=ADA).exists()


def test_a_page_of_another_site_signs_nobody_up() -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/newsletter/", {"email": ADA}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not Subscriber.objects.exists()
    browser.post("/newsletter/", {"email": ADA}, headers={"Sec-Fetch-Site": "same-origin"})
    assert Subscriber.objects.exists()


def test_the_form_stands_at_the_foot_of_public_pages_without_a_token(client: Client) -> None:
    for address in ("/", "/help/"):
        page = client.get(address).content.decode()
        assert 'action="/newsletter/"' in page
        assert "csrfmiddlewaretoken" not in page


@pytest.mark.parametrize("changed", ["x", "1.0:x:y"])
def test_a_link_that_was_changed_confirms_nothing(client: Client, changed: str) -> None:
    assert client.post(f"/newsletter/confirm/{changed}/").status_code == 404
    assert client.post(f"/newsletter/leave/{changed}/").status_code == 404


def test_a_link_of_last_week_confirms_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(client)
    monkeypatch.setattr(newsletter, "CONFIRM_WITHIN", timedelta(seconds=-1))
    assert client.post(link_in(mails()[0])).status_code == 404


def test_leaving_takes_one_click_and_looking_does_nothing(client: Client) -> None:
    person = on_the_list(client)
    assert "Leave the newsletter?" in client.get(leave_link(person)).content.decode()
    person.refresh_from_db()
    assert person.state == "confirmed"
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = mail_program.post(leave_link(person), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    person.refresh_from_db()
    assert (person.state, person.times_left) == ("left", 1)
    assert person.left_at


def test_who_left_comes_back_only_by_a_new_link(client: Client) -> None:
    person = on_the_list(client)
    old = link_in(mails()[0])
    newsletter.leave(ADA)
    assert client.post(old).status_code == 404
    sign_up(client)
    assert len(mails()) == 2
    client.post(link_in(mails()[1]))
    person.refresh_from_db()
    assert person.state == "confirmed"
    assert client.get(leave_link(person)).status_code == 200


def test_an_address_that_refuses_gets_no_mail_to_confirm(client: Client) -> None:
    suppression.stop(ADA, "complained")
    assert "Look into your mailbox" in sign_up(client).content.decode()
    assert mails() == []


def customer(*, proved: bool = True, email: str = ADA) -> User:
    user: User = UserFactory(email=email)
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=proved, primary=True)
    consent.give(user, consent.SIGN_UP)
    user.refresh_from_db()
    return user


def test_who_agreed_in_their_account_is_on_the_list_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    on_the_list(client)
    customer()
    customer(email="bola@prechi.test")
    assert accounts_newsletter.include_accounts() == 1
    with django_assert_num_queries(1):  # however many have agreed before
        assert accounts_newsletter.include_accounts() == 0
    people = Subscriber.objects.filter(state="confirmed").order_by("email")
    assert [(person.email, person.source) for person in people] == [(ADA, "footer"), ("bola@prechi.test", "sign-up")]


def test_an_account_with_an_unproved_address_is_not_on_the_list() -> None:
    customer(proved=False)
    assert accounts_newsletter.include_accounts() == 0
    assert not Subscriber.objects.exists()


def test_leaving_takes_the_consent_of_the_account_back_too(client: Client) -> None:
    user = customer()
    accounts_newsletter.include_accounts()
    client.post(leave_link(Subscriber.objects.get()))
    user.refresh_from_db()
    assert user.marketing_consent_at is None
    assert accounts_newsletter.include_accounts() == 0
    assert Subscriber.objects.get().state == "left"


def test_taking_consent_back_in_the_account_leaves_the_list_too() -> None:
    user = customer()
    accounts_newsletter.include_accounts()
    consent.withdraw(user, consent.ACCOUNT)
    assert Subscriber.objects.get().state == "left"
    consent.give(user, consent.ACCOUNT)
    Subscriber.objects.update(left_at=Now() - timedelta(minutes=1))
    accounts_newsletter.include_accounts()
    person = Subscriber.objects.get()
    assert (person.state, person.source) == ("confirmed", "account page")


def test_what_was_never_confirmed_is_forgotten(client: Client) -> None:
    sign_up(client)
    on_the_list(client, "bola@prechi.test")
    Subscriber.objects.update(asked_at=Now() - timedelta(days=31))
    assert newsletter.forget_unconfirmed() == 1
    assert Subscriber.objects.get().email == "bola@prechi.test"

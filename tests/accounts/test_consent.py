"""Marketing mail: each yes is kept with its words, time and place, each no likewise; one rule wherever it is said."""

import json
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts import consent, privacy
from accounts.models import ConsentChange, User
from catalog.models import VariantSize
from mailing import newsletter, outbox
from mailing.models import OutgoingMail, Subscriber
from orders.models import Order
from tests.admin.conftest import desk, desk_of, owner  # noqa: F401 - fixtures
from tests.api.conftest import ADDRESS, fields_of
from tests.factories import UserFactory, VariantSizeFactory, lagos

pytestmark = pytest.mark.django_db

EMAIL = "ada@prechi.test"
PAGE = "/accounts/news/"
API = "/api/v1/account/consent/"
CHECKOUT = {**ADDRESS, "email": EMAIL, "full_name": "Ada Obi", "phone": "08031234567", "consent": "on", "note": ""}
TOTAL = {"expected_total": "1250000"}


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email=EMAIL)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


@pytest.fixture
def browser(ada: User) -> Client:
    browser = Client()
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def api(ada: User) -> APIClient:
    api = APIClient()
    api.force_authenticate(ada)
    return api


@pytest.fixture
def size() -> VariantSize:
    lagos()
    return VariantSizeFactory(on_hand=5)


def said() -> list[tuple[bool, str, bool]]:
    """Yes or no, where, and whether the words of today stand beside it; the oldest first."""
    return [(row.given, row.source, row.wording == consent.WORDS) for row in ConsentChange.objects.order_by("pk")]


def confirm_link() -> str:
    found = re.search(
        r"https?://[^/]+(/newsletter/confirm/\S+)", outbox.compose(OutgoingMail.objects.latest("pk")).text
    )
    assert found
    return found[1]


def test_it_is_given_and_taken_back_on_the_page_with_its_words(browser: Client, ada: User) -> None:
    page = browser.get(PAGE).text
    assert "You get no news" in page
    assert consent.WORDS in page
    for _ in range(2):
        browser.post(PAGE, {"give": "1"})
    assert "You get news and offers" in browser.get(PAGE).text
    for _ in range(2):
        browser.post(PAGE, {"withdraw": "1"})
    ada.refresh_from_db()
    assert ada.marketing_consent_at is None
    assert said() == [(True, "account page", True), (False, "account page", False)]
    assert browser.get(PAGE).text.count("(account page)") == 2


def test_nobody_gives_it_by_a_link_or_from_another_site(ada: User) -> None:
    assert Client().get(PAGE).status_code == 302
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    browser.get(f"{PAGE}?give=1")
    assert browser.post(PAGE, {"give": "1"}).status_code == 403
    assert said() == []


def test_a_front_end_shows_the_words_and_sends_them_back(api: APIClient, ada: User) -> None:
    told = api.get(API).json()
    assert (told["given"], told["history"]) == (False, [])
    for wording in ("", "Yes to everything."):
        answer = api.put(API, {"given": True, "wording": wording})
        assert (answer.status_code, answer.json()["code"]) == (409, "consent_words_changed")
    assert said() == []
    given = api.put(API, {"given": True, "wording": told["wording"]}).json()
    assert (given["given"], [row["where"] for row in given["history"]]) == (True, ["API"])
    back = api.put(API, {"given": False}).json()
    assert (back["given"], [row["given"] for row in back["history"]]) == (False, [False, True])


@pytest.mark.parametrize("body", [{}, {"given": None}, {"given": "perhaps"}, {"given": []}])
def test_what_is_neither_yes_nor_no_is_refused(api: APIClient, body: dict[str, Any]) -> None:
    answer = api.put(API, body)
    assert (answer.status_code, fields_of(answer.json())) == (400, ["given"])


def test_the_newsletter_and_the_account_are_one_thing(browser: Client, ada: User) -> None:
    newsletter.ask(EMAIL, "footer", network_address="192.0.2.1")
    link = confirm_link()
    assert consent.WORDS in browser.get(link).text
    assert not consent.stands(ada)
    for _ in range(2):
        browser.post(link)
    ada.refresh_from_db()
    assert ada.marketing_consent_source == "newsletter, footer"
    browser.post(PAGE, {"withdraw": "1"})
    assert Subscriber.objects.get().state == "left"
    assert said() == [(True, "newsletter, footer", True), (False, "account page", False)]


def test_without_an_account_it_is_kept_by_the_address(client: Client) -> None:
    newsletter.ask(EMAIL, "newsletter page", network_address="192.0.2.1")
    client.post(confirm_link())
    leave = newsletter.leave_url(Subscriber.objects.get().pk)
    for _ in range(2):
        client.post(f"/{leave.split('/', 3)[3]}")
    assert said() == [(True, "newsletter, newsletter page", True), (False, "link in a mail", False)]
    assert set(ConsentChange.objects.values_list("user", "person", "email")) == {(None, EMAIL, EMAIL)}


def test_an_account_of_today_may_leave_the_list_of_yesterday(client: Client) -> None:
    newsletter.ask(EMAIL, "footer", network_address="192.0.2.1")
    client.post(confirm_link())
    ada = UserFactory(email=EMAIL)
    assert not consent.stands(ada), "an address that was not proved shows nobody's list"
    assert list(consent.history(ada)) == []
    EmailAddress.objects.create(user=ada, email=EMAIL, verified=True, primary=True)
    assert consent.stands(ada)
    consent.withdraw(ada, consent.ACCOUNT)
    assert (consent.stands(ada), Subscriber.objects.get().state) == (False, "left")
    assert [row.given for row in consent.history(ada)] == [False, True]


def test_a_customer_agrees_at_the_checkout(browser: Client, ada: User, size: VariantSize) -> None:
    browser.post("/bag/", {"sku": size.sku})
    page = browser.get("/checkout/").text
    assert consent.WORDS in page
    assert not re.search(r'name="marketing"[^>]* checked', page)
    browser.post("/checkout/", {**CHECKOUT, **TOTAL, "marketing": "on"})
    assert Order.objects.count() == 1
    assert said() == [(True, "checkout", True)]
    browser.post("/bag/", {"sku": size.sku})
    assert 'name="marketing"' not in browser.get("/checkout/").text


def test_a_guest_is_asked_by_mail_for_anybody_may_write_their_address(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.post("/checkout/", {**CHECKOUT, **TOTAL, "marketing": "on"})
    assert said() == []
    client.post(confirm_link())
    assert said() == [(True, "newsletter, checkout", True)]


def test_an_unticked_box_asks_nobody(client: Client, size: VariantSize) -> None:
    client.post("/bag/", {"sku": size.sku})
    client.post("/checkout/", {**CHECKOUT, **TOTAL})
    assert Order.objects.count() == 1
    assert not OutgoingMail.objects.filter(kind="newsletter-confirm").exists()


def test_the_order_stands_where_nobody_can_be_asked(
    client: Client, size: VariantSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsletter, "PER_ADDRESS_AN_HOUR", 0)
    client.post("/bag/", {"sku": size.sku})
    client.post("/checkout/", {**CHECKOUT, **TOTAL, "marketing": "on"})
    assert Order.objects.count() == 1
    assert not Subscriber.objects.exists()


def test_an_order_over_the_api_asks_once(api: APIClient, size: VariantSize) -> None:
    token = api.post("/api/v1/bags/").json()["token"]
    api.post(f"/api/v1/bags/{token}/lines/", {"sku": size.sku})
    person = {"email": EMAIL, "full_name": "Ada Obi", "phone": "08031234567", "address": ADDRESS}
    for _ in range(2):
        answer = api.post(
            "/api/v1/orders/", {"bag": token, **person, "marketing": True}, headers={"Idempotency-Key": "1"}
        )
        assert answer.status_code == 201
    assert said() == [(True, "checkout", True)]


def test_what_was_said_never_changes(ada: User) -> None:
    consent.give(ada, consent.ACCOUNT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConsentChange.objects.update(wording="Everything.")
    with pytest.raises(IntegrityError, match="consent_has_its_words"), transaction.atomic():
        ConsentChange.objects.create(person=EMAIL, given=True, source="x")


def test_it_is_in_the_file_and_goes_with_the_person(browser: Client, ada: User) -> None:
    consent.give(ada, consent.ACCOUNT)
    ConsentChange.objects.create(person=EMAIL, given=False, source="link in a mail")
    bisi = UserFactory(email="bisi@prechi.test")
    consent.give(bisi, consent.ACCOUNT)
    told = json.loads(browser.get("/accounts/data/download/").text)["consent"]
    assert [(row["given"], row["wording"]) for row in told] == [(True, consent.WORDS), (False, "")]
    privacy.erase(ada.pk)
    assert [row.user for row in ConsentChange.objects.all()] == [bisi]
    consent.give(ada, consent.ACCOUNT)
    assert not User.objects.get(pk=ada.pk).marketing_consent_at


def test_staff_see_it_on_the_customer(desk: Client, ada: User) -> None:  # noqa: F811
    consent.give(ada, consent.ACCOUNT)
    for address in (f"/admin/accounts/user/{ada.pk}/change/", "/admin/accounts/consentchange/"):
        assert "a reminder of a bag that I left" in desk.get(address).text

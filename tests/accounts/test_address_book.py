"""The address book: kept by a person for checkout, seen by nobody else."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import addresses, privacy
from accounts.addresses import Entry
from accounts.models import Address, User
from core.errors import NotFound
from orders.models import Order
from payments import audit
from tests.factories import UserFactory, VariantSizeFactory, lagos

pytestmark = pytest.mark.django_db

HOME = {
    "full_name": "Ada Obi",
    "phone": "0803 123 4567",
    "country": "NG",
    "state": "Lagos",
    "area": "Eti-Osa",
    "street": "12 Admiralty Way",
    "landmark": "Blue gate",
}
BOOK = "/accounts/addresses/"
LEKKI = Entry("Ada Obi", "+2348031234567", "NG", "12 Admiralty Way", "Lagos", "Eti-Osa", "Blue gate")
IKEJA = Entry("Bisi Ade", "+2348037654321", "NG", "3 Allen Avenue", "Lagos", "Ikeja")


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email="ada@prechi.test")
    return user


@pytest.fixture
def browser(ada: User) -> Client:
    return signed_in(ada)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def usual(user: User) -> str:
    return Address.objects.get(user=user, is_default=True).street


def test_an_address_is_added_changed_and_deleted(browser: Client, ada: User) -> None:
    assert "Your book is empty" in browser.get(BOOK).text
    assert browser.post(f"{BOOK}new/", HOME).headers["Location"] == BOOK
    kept = Address.objects.get()
    assert (kept.user, kept.phone, kept.area, kept.is_default) == (ada, "+2348031234567", "Eti-Osa", True)
    shown = browser.get(BOOK).text
    assert "12 Admiralty Way" in shown
    assert "Checkout begins here" in shown
    assert 'value="Blue gate"' in browser.get(f"{BOOK}{kept.pk}/").text
    browser.post(f"{BOOK}{kept.pk}/", {**HOME, "street": "14 Admiralty Way"})
    kept.refresh_from_db()
    assert (kept.street, kept.is_default) == ("14 Admiralty Way", True)
    browser.post(f"{BOOK}{kept.pk}/", {"remove": "1"})
    assert not Address.objects.exists()


def test_what_was_deleted_is_put_back_with_one_button(browser: Client, ada: User) -> None:
    addresses.add(ada, IKEJA)
    kept = addresses.add(ada, LEKKI, is_default=True)
    answer = browser.post(f"{BOOK}{kept.pk}/", {"remove": "1"})
    assert (answer.headers["Location"], usual(ada)) == (f"{BOOK}?undo=1", IKEJA.street)
    assert "Put it back" not in browser.get(BOOK).text
    page = browser.get(answer.headers["Location"]).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split("Put it back")[0]))
    assert browser.post(f"{BOOK}new/", fields).headers["Location"] == BOOK
    assert (addresses.entry_of(addresses.book_of(ada)[0]), usual(ada)) == (LEKKI, LEKKI.street)
    assert "Put it back" not in browser.get(f"{BOOK}?undo=1").text


def test_nobody_else_at_the_same_browser_is_offered_it(browser: Client, ada: User) -> None:
    kept = addresses.add(ada, LEKKI)
    browser.post(f"{BOOK}{kept.pk}/", {"remove": "1"})
    assert "Admiralty" in browser.get(f"{BOOK}?undo=1").text
    browser.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert "Admiralty" not in browser.get(f"{BOOK}?undo=1").text
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["address_undo"] = "changed"
    assert browser.get(f"{BOOK}?undo=1").status_code == 200


def test_abroad_it_has_a_city_and_no_area(browser: Client) -> None:
    page = browser.post(f"{BOOK}new/", {**HOME, "country": "GB", "update": "1"}).text
    assert 'name="city"' in page
    assert 'name="area"' not in page
    there = {**HOME, "country": "GB", "city": "London", "postcode": "N1 1AA", "phone": "020 7946 0958", "state": ""}
    browser.post(f"{BOOK}new/", there)
    kept = Address.objects.get()
    assert (kept.city, kept.area, kept.phone) == ("London", "", "+442079460958")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"street": ""}, "Write street and number."),
        ({"street": "x" * 201}, "at most 200"),
        ({"full_name": "Ada\nObi"}, "on one line"),
        ({"phone": "12"}, "Write a phone number like"),
        ({"area": "Dala"}, "Choose an area of the state above."),
        ({"country": "XX"}, "Choose a country from the list."),
        ({"landmark": "a\0b"}, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(browser: Client, wrong: dict[str, str], said: str) -> None:
    answer = browser.post(f"{BOOK}new/", {**HOME, **wrong})
    assert answer.status_code == 400
    assert said in answer.text
    assert ("Blue gate" in answer.text) == ("landmark" not in wrong)
    assert not Address.objects.exists()


def test_one_is_the_usual_one_always(browser: Client, ada: User) -> None:
    first, second = addresses.add(ada, LEKKI), addresses.add(ada, IKEJA)
    assert usual(ada) == LEKKI.street
    browser.post(f"{BOOK}{second.pk}/", {"default": "1"})
    assert usual(ada) == IKEJA.street
    browser.post(f"{BOOK}{second.pk}/", {"remove": "1"})
    assert usual(ada) == LEKKI.street
    browser.post(f"{BOOK}new/", {**HOME, "street": "1 Marina", "is_default": "on"})
    assert usual(ada) == "1 Marina"
    assert Address.objects.get(pk=first.pk).is_default is False


def test_the_database_takes_no_two_usual_ones(ada: User) -> None:
    addresses.add(ada, LEKKI)
    addresses.add(ada, IKEJA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.update(is_default=True)


@pytest.mark.breaks_invariants
def test_the_audit_sees_a_book_without_one(ada: User) -> None:
    addresses.add(ada, LEKKI)
    Address.objects.update(is_default=False)
    assert "an address book has one usual address" in " ".join(str(one) for one in audit.violations())


def test_the_same_is_kept_once_and_the_book_has_an_end(browser: Client, ada: User) -> None:
    assert addresses.add(ada, LEKKI) == addresses.add(ada, LEKKI)
    for number in range(addresses.MOST - 1):
        browser.post(f"{BOOK}new/", {**HOME, "street": f"{number} Marina"})
    answer = browser.post(f"{BOOK}new/", {**HOME, "street": "One too many"})
    assert (answer.status_code, "and no more" in answer.text) == (409, True)
    assert Address.objects.count() == addresses.MOST
    assert "Add an address" not in browser.get(BOOK).text


def test_nobody_sees_or_changes_an_address_of_somebody_else(ada: User) -> None:
    kept = addresses.add(ada, LEKKI)
    other: User = UserFactory()
    thief = signed_in(other)
    nowhere = f"{BOOK}{kept.pk + 1000}/"
    unknown = thief.get(nowhere)
    for address in (f"{BOOK}{kept.pk}/", f"{BOOK}{'9' * 30}/"):
        # The form for the currency leads back to the very page: but for its address they are the same.
        assert thief.get(address).text.replace(address, nowhere) == unknown.text
        for body in ({"remove": "1"}, {"default": "1"}, {**HOME, "street": "Mine now"}):
            assert thief.post(address, body).status_code == 404
    assert "Admiralty" not in thief.get(BOOK).text
    assert addresses.entry_of(addresses.get(ada, kept.pk)) == LEKKI
    for address in (BOOK, f"{BOOK}new/", f"{BOOK}{kept.pk}/"):
        answer = Client().get(address)
        assert (answer.status_code, "/accounts/login/" in answer.headers["Location"]) == (302, True)


def test_whose_it_is_cannot_be_written(browser: Client, ada: User) -> None:
    other: User = UserFactory()
    browser.post(f"{BOOK}new/", {**HOME, "user": str(other.pk), "user_id": str(other.pk), "id": "1"})
    assert Address.objects.get().user == ada


def test_it_is_taken_along_and_erased_with_the_account(ada: User) -> None:
    addresses.add(ada, LEKKI)
    assert privacy.export(ada)["address_book"][0]["street"] == "12 Admiralty Way"
    privacy.erase(ada.pk)
    assert not Address.objects.exists()
    with pytest.raises(NotFound):
        addresses.add(ada, LEKKI)


@pytest.mark.breaks_invariants
def test_the_audit_sees_an_address_of_somebody_erased(ada: User) -> None:
    addresses.add(ada, LEKKI)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET erased_at = now()")
    assert "place" in " ".join(str(one) for one in audit.violations())


class TestCheckout:
    @pytest.fixture
    def buyer(self, browser: Client, ada: User) -> Client:
        lagos()
        addresses.add(ada, LEKKI)
        browser.post("/bag/", {"sku": VariantSizeFactory().sku})
        return browser

    @pytest.fixture
    def body(self) -> dict[str, Any]:
        return {**HOME, "email": "ada@prechi.test", "consent": "on", "expected_total": "1250000", "note": ""}

    def test_begins_with_the_usual_address_and_its_fee(self, buyer: Client) -> None:
        page = buyer.get("/checkout/").text
        assert 'value="12 Admiralty Way"' in page
        assert 'name="expected_total" value="1250000"' in page

    def test_takes_another_one_out_of_the_book(self, buyer: Client, ada: User) -> None:
        other = addresses.add(ada, IKEJA)
        page = buyer.get(f"/checkout/?address={other.pk}").text
        assert 'value="3 Allen Avenue"' in page
        assert 'value="Bisi Ade"' in page
        assert 'value="ada@prechi.test"' in page

    def test_takes_none_of_somebody_else_s(self, buyer: Client) -> None:
        foreign = addresses.add(UserFactory(), IKEJA)
        for written in (str(foreign.pk), "0", "x", "9" * 40, "-1", "1\0"):
            answer = buyer.get("/checkout/", {"address": written})
            assert (answer.status_code, "Allen" in answer.text) == (404, False)

    def test_keeps_a_new_one_where_that_is_ticked(self, buyer: Client, ada: User, body: dict[str, Any]) -> None:
        buyer.post("/checkout/", {**body, "street": "1 Marina", "keep": "on"})
        assert Order.objects.get().street == "1 Marina"
        assert [kept.street for kept in addresses.book_of(ada)] == ["12 Admiralty Way", "1 Marina"]

    def test_keeps_nothing_unasked(self, buyer: Client, ada: User, body: dict[str, Any]) -> None:
        buyer.post("/checkout/", {**body, "street": "1 Marina"})
        assert Order.objects.get().street == "1 Marina"
        assert len(addresses.book_of(ada)) == 1

    def test_orders_also_where_the_book_is_full(
        self, buyer: Client, ada: User, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(addresses, "MOST", 1)
        buyer.post("/checkout/", {**body, "street": "1 Marina", "keep": "on"})
        assert "The address was not kept" in buyer.get(Order.objects.get().get_absolute_url()).text

    def test_shows_a_guest_no_book(self, ada: User, body: dict[str, Any]) -> None:
        kept, guest = addresses.add(ada, LEKKI), Client()
        lagos()
        guest.post("/bag/", {"sku": VariantSizeFactory().sku})
        page = guest.get(f"/checkout/?address={kept.pk}").text
        assert "Admiralty" not in page
        assert 'name="keep"' not in page
        guest.post("/checkout/", {**body, "street": "1 Marina", "keep": "on"})
        assert Order.objects.get().street == "1 Marina"
        assert Address.objects.count() == 1

    def test_asks_the_book_once(self, buyer: Client, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(20) as asked:
            buyer.get("/checkout/")
        assert sum("accounts_address" in query["sql"] for query in asked.captured_queries) <= 2


def test_the_account_leads_to_its_pages(browser: Client) -> None:
    page = browser.get(reverse("orders:mine")).text
    for address in (BOOK, "/accounts/email/", "/accounts/password/change/", "/accounts/data/", "/wishlist/"):
        assert f'href="{address}"' in page
        assert browser.get(address).status_code == 200

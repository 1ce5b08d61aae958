"""An account over the API: who it is, its address book and orders, all that is kept of it, and its end."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts import addresses, tokens, tries
from accounts.models import Address, User
from catalog.models import VariantSize
from orders import history
from orders.models import Order
from tests.api.conftest import ADDRESS, fields_of
from tests.factories import UserFactory, placed_order

pytestmark = pytest.mark.django_db

ACCOUNT = "/api/v1/account/"
BOOK = f"{ACCOUNT}addresses/"
ORDERS = f"{ACCOUNT}orders/"
PASSWORD = "a-long-password"
HOME = {**ADDRESS, "full_name": "Ada Obi", "phone": "0803 123 4567"}


@pytest.fixture
def ada() -> User:
    user: User = UserFactory(email="ada@prechi.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def hers(ada: User) -> APIClient:
    return client_of(ada)


def client_of(user: User) -> APIClient:
    """With a token, as a front end has it."""
    answer = APIClient().post("/api/v1/auth/tokens/", {"email": user.email, "password": PASSWORD})
    return APIClient(headers={"Authorization": f"Bearer {answer.json()['token']}"})


@pytest.mark.parametrize("path", ["", "addresses/", "addresses/1/", "orders/", "export/"])
def test_who_is_not_signed_in_sees_nothing(api: APIClient, path: str) -> None:
    answer = api.get(f"{ACCOUNT}{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


def test_name_and_phone_are_told_and_changed(hers: APIClient, ada: User) -> None:
    told = hers.get(ACCOUNT)
    assert (told.json()["email"], told.json()["is_verified"]) == ("ada@prechi.test", True)
    assert told.headers["Cache-Control"] == "no-store"
    changed = hers.patch(ACCOUNT, {"phone": "0803 123 4567"}).json()
    assert (changed["full_name"], changed["phone"]) == ("Ada Obi", "+2348031234567")
    hers.patch(ACCOUNT, {"full_name": "Ada Bello", "phone": ""})
    ada.refresh_from_db()
    assert (ada.full_name, ada.phone) == ("Ada Bello", "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"full_name": "A\nB"}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"full_name": None}, "full_name"),
        ({"phone": "12"}, "phone"),
        ({"phone": 8031234567}, "phone"),
    ],
)
def test_a_wrong_name_or_phone_is_refused_by_field(
    hers: APIClient, ada: User, body: dict[str, Any], field: str
) -> None:
    answer = hers.patch(ACCOUNT, body)
    assert (answer.status_code, fields_of(answer.json())) == (400, [field])
    ada.refresh_from_db()
    assert (ada.full_name, ada.phone) == ("Ada Obi", "")


def test_no_right_is_taken_and_no_address_changed_by_naming_it(hers: APIClient, ada: User) -> None:
    hers.patch(ACCOUNT, {"email": "bisi@prechi.test", "is_staff": True, "is_superuser": True, "full_name": "Ada B"})
    ada.refresh_from_db()
    assert (ada.email, ada.is_staff, ada.is_superuser, ada.full_name) == ("ada@prechi.test", False, False, "Ada B")


def test_a_session_needs_its_csrf_token(ada: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(ACCOUNT).status_code == 200
    forged = browser.patch(ACCOUNT, {"full_name": "Eve"}, content_type="application/json")
    assert forged.status_code == 403
    ada.refresh_from_db()
    assert ada.full_name == "Ada Obi"


def test_an_address_is_kept_changed_made_the_usual_one_and_deleted(hers: APIClient, ada: User) -> None:
    first = hers.post(BOOK, HOME)
    one = first.headers["Location"]
    assert (first.status_code, first.json()["phone"], first.json()["is_default"]) == (201, "+2348031234567", True)
    assert hers.post(BOOK, HOME).json()["id"] == first.json()["id"]
    second = hers.post(BOOK, {**HOME, "street": "3 Allen Avenue", "area": "Ikeja"}).json()
    assert [kept["id"] for kept in hers.get(BOOK).json()] == [first.json()["id"], second["id"]]
    changed = hers.patch(one, {"street": "14 Admiralty Way"}).json()
    assert (changed["street"], changed["landmark"], changed["is_default"]) == ("14 Admiralty Way", "Lekki", True)
    assert hers.patch(f"{BOOK}{second['id']}/", {"is_default": True}).json()["is_default"]
    assert hers.get(one).json()["is_default"] is False
    assert hers.delete(f"{BOOK}{second['id']}/").status_code == 204
    assert hers.get(one).json()["is_default"] is True
    assert hers.delete(f"{BOOK}{second['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"state": "Lagoss"}, "state"),
        ({"area": "Dala"}, "area"),
        ({"country": "XX"}, "country"),
        ({"country": "GB", "state": "", "area": ""}, "city"),
        ({"street": ""}, "street"),
        ({"full_name": "A\nB"}, "full_name"),
        ({"phone": "12"}, "phone"),
        ({"is_default": "perhaps"}, "is_default"),
    ],
)
def test_a_wrong_address_is_refused_by_field(hers: APIClient, change: dict[str, Any], field: str) -> None:
    answer = hers.post(BOOK, {**HOME, **change})
    assert (answer.status_code, fields_of(answer.json())) == (400, [field])
    one = hers.post(BOOK, HOME).headers["Location"]
    answer = hers.patch(one, change)
    assert (answer.status_code, fields_of(answer.json())) == (400, [field])
    assert Address.objects.get().street == "12 Admiralty Way"


def test_a_full_book_is_a_conflict(hers: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST", 0)
    answer = hers.post(BOOK, HOME)
    assert (answer.status_code, answer.json()["code"]) == (409, "address_book_full")


def test_what_is_somebody_elses_is_as_if_it_were_not_there(hers: APIClient, ada: User) -> None:
    kept = addresses.add(UserFactory(), addresses.Entry("Bisi", "+2348031234567", "NG", "1 Marina", "Lagos", "Eti-Osa"))
    for address_id in (kept.pk, kept.pk + 1000, "9" * 30):
        one = f"{BOOK}{address_id}/"
        answers = [hers.get(one), hers.patch(one, {"street": "Mine now"}), hers.delete(one)]
        assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {
            (404, "This address is not in your address book any more.")
        }
    assert Address.objects.get().street == "1 Marina"
    assert hers.get(BOOK).json() == []


def test_orders_come_in_pages_that_a_new_order_does_not_shift(
    hers: APIClient, ada: User, piece: VariantSize, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    numbers = [placed_order((piece, 1)).number for _ in range(4)]
    Order.objects.exclude(number=numbers[0]).update(user=ada)
    first = hers.get(ORDERS).json()
    assert [order["number"] for order in first["results"]] == [numbers[3], numbers[2]]
    assert hers.get(f"/api/v1/orders/{first['results'][0]['token']}/").json()["number"] == numbers[3]
    newest = placed_order((piece, 1))
    Order.objects.filter(pk=newest.pk).update(user=ada)
    second = hers.get(first["next"]).json()
    assert ([order["number"] for order in second["results"]], second["next"]) == ([numbers[1]], None)


def test_a_page_of_orders_is_one_query(
    ada: User, piece: VariantSize, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        placed_order((piece, 1))
    Order.objects.update(user=ada)
    api = APIClient()
    api.force_authenticate(ada)
    with django_assert_num_queries(1):
        assert len(api.get(ORDERS).json()["results"]) == 3


@pytest.mark.parametrize("cursor", ["0", "-1", "x", "9" * 40, "1.5", "%00"])
def test_a_cursor_of_somebodys_own_making_is_refused(hers: APIClient, cursor: str) -> None:
    answer = hers.get(f"{ORDERS}?cursor={cursor}")
    assert (answer.status_code, fields_of(answer.json())) == (400, ["cursor"])


def test_the_file_is_the_same_as_on_the_page(hers: APIClient, ada: User) -> None:
    browser = Client()
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    ours, theirs = hers.get(f"{ACCOUNT}export/"), browser.get("/accounts/data/download/")
    assert ours.headers["Content-Disposition"] == theirs.headers["Content-Disposition"]
    told, shown = json.loads(ours.text), json.loads(theirs.text)
    for one in (told, shown):
        del one["account"]["last_login"]
    assert told == shown


def test_a_file_that_costs_much_is_not_made_without_end(hers: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "EXPORTS_PER_ACCOUNT", 1)
    assert [hers.get(f"{ACCOUNT}export/").status_code for _ in range(2)] == [200, 429]


def test_erased_with_the_password_every_door_is_shut(hers: APIClient, ada: User) -> None:
    wrong = hers.post(f"{ACCOUNT}erasure/", {"password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"], fields_of(wrong.json())) == (400, "wrong_password", ["password"])
    assert hers.post(f"{ACCOUNT}erasure/", {}).status_code == 400
    assert hers.post(f"{ACCOUNT}erasure/", {"password": PASSWORD}).status_code == 204
    ada.refresh_from_db()
    assert (ada.is_active, ada.full_name) == (False, "")
    assert hers.get(ACCOUNT).status_code == 401
    with pytest.raises(tokens.WrongCredentials):
        tokens.issue(APIClient().get("/").wsgi_request, "ada@prechi.test", PASSWORD)


def test_an_order_under_way_keeps_its_person(hers: APIClient, ada: User, piece: VariantSize) -> None:
    order = placed_order((piece, 1))
    Order.objects.filter(pk=order.pk).update(user=ada)
    answer = hers.post(f"{ACCOUNT}erasure/", {"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_erasable_yet")
    assert order.number in answer.json()["detail"]

"""Wishlist and alerts for a separate front end."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog import wishlist
from catalog.models import Product, StockAlert, VariantSize, Wish, Wishlist
from mailing import outbox
from mailing.render import Rendered
from tests.api.conftest import fields_of
from tests.factories import UserFactory

URL = "/api/v1/wishlist/"
ALERTS = "/api/v1/alerts/"


@pytest.fixture
def ada(db: None) -> User:
    person: User = UserFactory(email="ada@prechi.test")
    person.save()
    return person


def with_token(token: str) -> dict[str, Any]:
    return {"headers": {"X-Wishlist-Token": token}}


def test_a_guest_begins_a_list_and_keeps_its_token(api: APIClient, piece: VariantSize) -> None:
    begun = api.post(URL, {"sku": piece.sku})
    token = begun.json()["token"]
    assert (begun.status_code, begun.headers["Cache-Control"], len(token)) == (201, "no-store", 32)
    assert api.post(URL, {"sku": piece.variant.sku}, **with_token(token)).json()["token"] == token
    entry = api.get(URL, **with_token(token)).json()["results"][0]
    assert (entry["sku"], entry["size"]) == (piece.sku, "M")
    assert entry["variant"]["price_from"]["amount"] == 850_000
    assert entry["product"]["url"].startswith("http")
    assert api.delete(f"{URL}?sku={piece.variant.sku}", **with_token(token)).json()["results"] == []
    assert api.delete(f"{URL}?sku={piece.variant.sku}", **with_token(token)).status_code == 200


def test_what_is_no_longer_sold_is_named_without_a_price(api: APIClient, piece: VariantSize) -> None:
    token = api.post(URL, {"sku": piece.sku}).json()["token"]
    Product.objects.update(active=False)
    entry = api.get(URL, **with_token(token)).json()["results"][0]
    assert (entry["name"], entry["product"], entry["variant"]) == (piece.variant.product.name, None, None)


@pytest.mark.parametrize("token", ["", "x", "A" * 32, "A" * 10_240, "' OR 1=1 --"])
def test_a_wrong_token_is_not_found_in_the_same_words(api: APIClient, piece: VariantSize, token: str) -> None:
    api.post(URL, {"sku": piece.sku})
    answers = [
        api.get(URL, **with_token(token)),
        api.post(URL, {"sku": piece.sku}, **with_token(token)),
        api.delete(f"{URL}?sku={piece.sku}", **with_token(token)),
        api.get(URL),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert Wish.objects.count() == 1


def test_the_list_of_an_account_has_no_token(api: APIClient, piece: VariantSize, ada: User) -> None:
    guests = api.post(URL, {"sku": piece.sku}).json()["token"]
    api.force_authenticate(ada)
    assert api.get(URL).json() == {"token": None, "results": []}
    joined = api.get(URL, **with_token(guests)).json()
    assert (joined["token"], [entry["sku"] for entry in joined["results"]]) == (None, [piece.sku])
    api.force_authenticate(None)
    assert api.get(URL, **with_token(guests)).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"sku": 5}, 400), ({"sku": ""}, 400), ({"sku": "x" * 10_240}, 400), ({"sku": "a\0"}, 400),
     ([], 400), ({"sku": "NO-SUCH"}, 404)],
)  # fmt: skip
def test_a_wrong_sku_is_refused_and_begins_no_list(api: APIClient, db: None, body: Any, status: int) -> None:
    answer = api.post(URL, body, format="json")
    assert (answer.status_code, Wishlist.objects.count()) == (status, 0)
    if isinstance(body, dict):
        assert fields_of(answer.json()) == ["sku"]


def test_a_full_list_is_a_conflict(api: APIClient, piece: VariantSize, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishlist, "WISHES_MAX", 0)
    answer = api.post(URL, {"sku": piece.sku})
    assert (answer.status_code, answer.json()["code"], fields_of(answer.json())) == (409, "wishlist_full", ["sku"])
    assert not Wishlist.objects.exists()


def test_an_alert_is_noted_with_the_same_answer_for_everybody(api: APIClient, piece: VariantSize) -> None:
    body = {"sku": piece.sku, "email": "ada@prechi.test"}
    answers = [api.post(ALERTS, body), api.post(ALERTS, {**body, "email": "A.DA+x@prechi.test"})]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert StockAlert.objects.count() == 1


def test_an_account_need_not_write_its_address(api: APIClient, piece: VariantSize, ada: User) -> None:
    assert fields_of(api.post(ALERTS, {"sku": piece.sku}).json()) == ["email"]
    api.force_authenticate(ada)
    assert api.post(ALERTS, {"sku": piece.sku}).status_code == 202
    assert StockAlert.objects.get().email == "ada@prechi.test"


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"email": "ada"}, 400, "email"),
        ({"email": "a@b.test\r\nBcc: c@d.test"}, 400, "email"),
        ({"email": 7}, 400, "email"),
        ({"email": "a" * 10_240}, 400, "email"),
        ({"sku": "NO"}, 404, "sku"),
        ({"sku": None}, 400, "sku"),
    ],
)
def test_a_wrong_alert_is_refused_by_field(
    api: APIClient, piece: VariantSize, change: dict[str, Any], status: int, field: str
) -> None:
    answer = api.post(ALERTS, {"sku": piece.sku, "email": "ada@prechi.test", **change})
    assert (answer.status_code, fields_of(answer.json())) == (status, [field])
    assert not StockAlert.objects.exists()


def test_the_header_that_stops_mails_goes_out_with_them(db: None, mailoutbox: list[Any]) -> None:
    mail = Rendered("Back", "Text", "<p>Text</p>")
    row = outbox.enqueue(
        "back-in-stock", "alert/1", "ada@prechi.test", mail, headers={"List-Unsubscribe": "<https://x>"}
    )
    assert outbox.send(row.pk)
    assert mailoutbox[0].extra_headers["List-Unsubscribe"] == "<https://x>"

"""Bags and quotes over the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import VariantSize
from orders.models import BagLine
from tests.api.conftest import fields_of, unchanged
from tests.factories import BundleFactory, VariantSizeFactory, lagos

LEKKI = {"country": "NG", "state": "Lagos", "area": "Eti-Osa"}
ODD_QUANTITIES = [0, -1, 1.5, 10**9, "3x", "3", True, None, [], 10**30, 21]


def test_a_bag_is_started_and_found_by_its_token(api: APIClient, db: None) -> None:
    made = api.post("/api/v1/bags/")
    assert made.status_code == 201
    assert made.json()["lines"] == []
    assert len(made.json()["token"]) >= 22
    assert api.get(made.headers["Location"]).json() == made.json()


def test_pieces_are_put_in_changed_and_taken_out(api: APIClient, bag: str, piece: VariantSize) -> None:
    added = api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 2})
    assert added.status_code == 201
    (line,) = added.json()["lines"]
    assert (line["sku"], line["quantity"], line["colour"], line["size"]) == (piece.sku, 2, "Black", "M")
    assert line["total"] == {"amount": 1_700_000, "currency": "NGN", "display": "₦17,000"}
    assert added.json()["totals"]["total"]["amount"] == 1_700_000
    again = api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 1}).json()["lines"]
    assert [row["quantity"] for row in again] == [3]
    changed = api.patch(f"{bag}lines/{line['id']}/", {"quantity": 5})
    assert (changed.status_code, changed.json()["lines"][0]["quantity"]) == (200, 5)
    emptied = api.delete(f"{bag}lines/{line['id']}/")
    assert (emptied.status_code, emptied.json()["lines"]) == (200, [])


def test_a_bundle_goes_in_with_its_picks(api: APIClient, bag: str, piece: VariantSize) -> None:
    bundle = BundleFactory(eligible=[piece.variant.product], price_kobo=2_000_000)
    picks = [{"sku": piece.sku}] * 3
    answer = api.post(f"{bag}lines/", {"bundle": bundle.slug, "picks": picks, "quantity": 1})
    assert answer.status_code == 201
    (line,) = answer.json()["lines"]
    assert (line["bundle"], line["sku"], line["total"]["amount"]) == (bundle.slug, None, 2_000_000)
    assert [pick["sku"] for pick in line["picks"]] == [piece.sku] * 3


@pytest.mark.parametrize("quantity", ODD_QUANTITIES)
def test_an_odd_quantity_is_refused_by_name(api: APIClient, bag: str, piece: VariantSize, quantity: Any) -> None:
    answer = api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": quantity})
    assert answer.status_code == 400
    assert fields_of(answer.json()) == ["quantity"]
    assert unchanged(bag)


@pytest.mark.parametrize("quantity", ODD_QUANTITIES)
def test_an_odd_quantity_changes_no_line(api: APIClient, bag: str, piece: VariantSize, quantity: Any) -> None:
    line = api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 2}).json()["lines"][0]["id"]
    answer = api.patch(f"{bag}lines/{line}/", {"quantity": quantity})
    assert answer.status_code == 400
    assert fields_of(answer.json()) == ["quantity"]
    assert BagLine.objects.get(pk=line).quantity == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sku": "NEVER-WAS", "quantity": 1}, "sku"),
        ({"sku": "A\0B"}, "sku"),
        ({"sku": 5}, "sku"),
        ({"sku": ""}, "sku"),
        ({"sku": "x" * 61}, "sku"),
        ({"quantity": 1}, "sku"),
        ({"bundle": "never-was", "picks": [{"sku": "A"}]}, "bundle"),
        ({"bundle": "never-was"}, "picks"),
        ({"bundle": "never-was", "picks": []}, "picks"),
        ({"bundle": "never-was", "picks": "many"}, "picks"),
        ({"bundle": "never-was", "picks": [{"sku": 1}]}, "picks.0.sku"),
        ({"bundle": "never-was", "picks": [{"sku": "A"}] * 13}, "picks"),
        ({"sku": "A", "bundle": "b"}, "bundle"),
    ],
)
def test_what_cannot_be_put_in_is_refused_by_name(api: APIClient, bag: str, body: dict[str, Any], field: str) -> None:
    answer = api.post(f"{bag}lines/", body)
    assert answer.status_code == 400
    assert fields_of(answer.json()) == [field]
    assert unchanged(bag)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_bundle_wants_its_number_of_pieces(api: APIClient, bag: str, piece: VariantSize, count: int) -> None:
    bundle = BundleFactory(eligible=[piece.variant.product])
    answer = api.post(f"{bag}lines/", {"bundle": bundle.slug, "picks": [{"sku": piece.sku}] * count})
    assert (answer.status_code, fields_of(answer.json())) == (400, ["picks"])
    assert unchanged(bag)


def test_more_than_there_is_is_refused(api: APIClient, bag: str) -> None:
    rare = VariantSizeFactory(on_hand=2)
    answer = api.post(f"{bag}lines/", {"sku": rare.sku, "quantity": 3})
    assert (answer.json()["code"], fields_of(answer.json())) == ("out_of_stock", ["quantity"])
    assert "Only 2" in answer.json()["detail"]
    assert unchanged(bag)


def test_prices_of_the_client_are_never_used(api: APIClient, bag: str, piece: VariantSize) -> None:
    body = {"sku": piece.sku, "quantity": 1, "price": 1, "unit_price": {"amount": 1}, "price_kobo": 1, "total": 1}
    assert api.post(f"{bag}lines/", body).json()["totals"]["total"]["amount"] == 850_000


def test_a_line_of_another_bag_is_not_there(api: APIClient, bag: str, piece: VariantSize) -> None:
    other = f"/api/v1/bags/{api.post('/api/v1/bags/').json()['token']}/"
    line = api.post(f"{other}lines/", {"sku": piece.sku, "quantity": 1}).json()["lines"][0]["id"]
    for url in (f"{bag}lines/{line}/", f"{bag}lines/{10**25}/"):
        assert api.patch(url, {"quantity": 2}).status_code == 404
        assert api.delete(url).status_code == 404
    assert BagLine.objects.get(pk=line).quantity == 1


def test_an_unknown_token_opens_nothing(api: APIClient, piece: VariantSize) -> None:
    unknown = "/api/v1/bags/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    refusals = [
        api.get(unknown),
        api.post(f"{unknown}lines/", {"sku": piece.sku, "quantity": 1}),
        api.patch(f"{unknown}lines/1/", {"quantity": 1}),
        api.delete(f"{unknown}lines/1/"),
        api.post(f"{unknown}quote/", LEKKI),
        api.get(f"/api/v1/bags/{'A' * 500}/"),
        api.get("/api/v1/bags/%00/"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in refusals} == {(404, "not_found")}


def test_nobody_may_keep_a_bag(api: APIClient, bag: str) -> None:
    answer = api.get(bag)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_quote_knows_the_fee_of_the_address(api: APIClient, bag: str, piece: VariantSize) -> None:
    lagos()
    api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 2})
    quote = api.post(f"{bag}quote/", {**LEKKI, "currency": "NGN", "code": ""}).json()
    amounts = {name: money["amount"] for name, money in quote["totals"].items()}
    assert amounts == {"subtotal": 1_700_000, "discount": 0, "delivery": 400_000, "tax": 0, "total": 2_100_000}
    assert (quote["delivery"]["zone"], quote["delivery"]["min_days"]) == ("Lagos Island", 3)
    assert {"step": "subtotal", "amount": 1_700_000} in quote["trace"]


def test_where_no_zone_is_the_fee_is_quoted_later(api: APIClient, bag: str, piece: VariantSize) -> None:
    api.post(f"{bag}lines/", {"sku": piece.sku, "quantity": 1})
    quote = api.post(f"{bag}quote/", {"country": "GH", "state": "", "area": ""}).json()
    assert quote["delivery"]["is_quoted"]
    assert quote["totals"]["delivery"]["amount"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "ZZ"}, "country"),
        ({"country": None}, "country"),
        ({"country": "Nigeria"}, "country"),
        ({"country": 5}, "country"),
        ({"state": "Narnia"}, "state"),
        ({"state": "La\0gos"}, "state"),
        ({"area": "Nowhere"}, "area"),
        ({"currency": "USD"}, "currency"),
        ({"currency": "bitcoin"}, "currency"),
        ({"code": "FREE"}, "code"),
        ({"code": "x" * 41}, "code"),
    ],
)
def test_a_quote_names_what_is_wrong(api: APIClient, bag: str, change: dict[str, Any], field: str) -> None:
    answer = api.post(f"{bag}quote/", {**LEKKI, **change})
    assert answer.status_code == 400
    assert fields_of(answer.json()) == [field]

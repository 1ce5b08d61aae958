"""Whatever JSON comes, the answer is a success or a refusal that says why; never a failure."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.api.conftest import ADDRESS
from tests.factories import BundleFactory, VariantSizeFactory, lagos

TEXT = st.text(max_size=40)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))
NAMES = st.sampled_from(
    [
        "sku",
        "quantity",
        "bundle",
        "picks",
        "country",
        "state",
        "area",
        "code",
        "currency",
        "bag",
        "email",
        "phone",
        "address",
        "note",
    ]
)
BODIES = JSON | st.dictionaries(NAMES, JSON, max_size=8)
GENTLE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def whole(api: APIClient, bag: str) -> dict[str, dict[str, Any]]:
    """For each address a body that is taken; single fields of it are then spoilt."""
    lagos()
    size = VariantSizeFactory(on_hand=10)
    bundle = BundleFactory(eligible=[size.variant.product])
    token = bag.split("/")[-2]
    person = {"email": "ada@prechi.test", "full_name": "Ada Obi", "phone": "08031234567"}
    return {
        f"{bag}lines/": {"bundle": bundle.slug, "picks": [{"sku": size.sku}] * 3, "quantity": 1},
        f"{bag}quote/": {**ADDRESS, "currency": "NGN", "code": ""},
        "/api/v1/orders/": {"bag": token, **person, "address": ADDRESS, "note": "", "expected_total": 5},
    }


def post(api: APIClient, url: str, body: Any) -> Any:
    """As Python writes it, NaN and Infinity included, which are no JSON."""
    return api.post(url, json.dumps(body), content_type="application/json")


def is_answered(answer: Any) -> None:
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@GENTLE
@given(body=BODIES)
def test_any_json_is_answered(api: APIClient, whole: dict[str, dict[str, Any]], body: Any) -> None:
    api.raise_request_exception = False
    for url in whole:
        is_answered(post(api, url, body))


@GENTLE
@given(value=JSON, spoilt=st.integers(0, 20))
def test_any_value_of_a_field_is_answered(
    api: APIClient, whole: dict[str, dict[str, Any]], value: Any, spoilt: int
) -> None:
    api.raise_request_exception = False
    for url, body in whole.items():
        name = list(body)[spoilt % len(body)]
        is_answered(post(api, url, {**body, name: value}))
        if "address" in body:
            part = list(ADDRESS)[spoilt % len(ADDRESS)]
            is_answered(post(api, url, {**body, "address": {**ADDRESS, part: value}}))


@GENTLE
@given(
    query=st.dictionaries(st.sampled_from(["q", "category", "size", "min_price", "sort", "cursor", "in_stock"]), TEXT)
)
def test_any_query_is_answered(api: APIClient, db: None, query: dict[str, str]) -> None:
    api.raise_request_exception = False
    is_answered(api.get("/api/v1/products/", query))

"""Every refusal has the shape of RFC 9457, whoever raised it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from core.errors import ShopError
from orders import bag as bags

SHAPE = {"type", "title", "status", "detail", "code", "errors"}


def is_problem(answer: Any, status: int, code: str) -> None:
    body = answer.json()
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(body) - {"details"} == SHAPE
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:prechi:problem:{code}")
    assert body["detail"]


@pytest.mark.parametrize(
    "url", ["/api/v1/nothing/", "/api/v1/", "/api/", "/api/v1/products/a%00b/", "/api/v2/products/"]
)
def test_an_address_that_is_none(api: APIClient, db: None, url: str) -> None:
    is_problem(api.get(url), 404, "not_found")
    is_problem(api.post(url, {}), 404, "not_found")


def test_a_missing_slash_is_put_right_where_that_is_safe(api: APIClient, db: None) -> None:
    assert api.get("/api/v1/products?size=M").headers["Location"] == "/api/v1/products/?size=M"
    is_problem(api.post("/api/v1/bags", {}), 404, "not_found")


def test_a_method_that_is_not_there(api: APIClient, bag: str) -> None:
    for answer in (api.delete("/api/v1/products/"), api.post("/api/v1/bundles/any/", {}), api.put(bag, {})):
        is_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]


@pytest.mark.parametrize("body", ["{", "", "nul", '{"quantity": NaN}', b"\xff\xfe", "[" * 2000, '{"sku": "\\ud800"}'])
def test_a_body_that_is_not_json(api: APIClient, bag: str, body: Any) -> None:
    answer = api.post(f"{bag}lines/", body, content_type="application/json")
    is_problem(answer, 400, "validation_error" if body == "" else "parse_error")


@pytest.mark.parametrize("body", [[], "text", 5, None, True])
def test_a_body_that_is_no_object(api: APIClient, bag: str, body: Any) -> None:
    is_problem(api.post(f"{bag}lines/", body), 400, "validation_error")


def test_a_body_of_another_kind(api: APIClient, bag: str) -> None:
    for kind in ("multipart/form-data; boundary=x", "text/plain", "application/xml"):
        is_problem(api.post(f"{bag}lines/", b"sku=1", content_type=kind), 415, "unsupported_media_type")


def test_a_body_that_is_too_large(api: APIClient, bag: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    is_problem(api.post(f"{bag}lines/", {"sku": "x" * 1000}), 413, "request_too_large")


def test_a_rule_of_the_shop_is_told_as_it_stands(api: APIClient, bag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise ShopError("The shop is shut.", code="shut", field="sku", details={"opens": "at nine"})

    monkeypatch.setattr(bags, "add", refuse)
    answer = api.post(f"{bag}lines/", {"sku": "A"})
    is_problem(answer, 400, "shut")
    assert answer.json()["errors"] == [{"field": "sku", "code": "shut", "message": "The shop is shut."}]
    assert answer.json()["details"] == {"opens": "at nine"}


def test_what_nobody_foresaw_says_nothing_of_itself(api: APIClient, bag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(bags, "add", fail)
    api.raise_request_exception = False
    answer = api.post(f"{bag}lines/", {"sku": "A"})
    is_problem(answer, 500, "server_error")
    assert b"hunter2" not in answer.content

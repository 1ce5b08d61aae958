"""Forms without a token: taken from the shop's own pages, refused from anywhere else, whatever a site makes up."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import VariantSize
from orders.models import BagLine
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "http://testserver", "https://evil.example"


@pytest.fixture
def size() -> VariantSize:
    return VariantSizeFactory()


def send(size: VariantSize, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(
        "/bag/", {"sku": size.sku}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-origin", "origin": HERE, "referer": f"{HERE}/products/x/"},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"origin": HERE},
        {"origin": HERE, "referer": f"{ELSEWHERE}/"},
        {"origin": "https://app.prechi.test"},
        {"origin": "https://a.partner.test"},
        {"referer": f"{HERE}/products/x/?size=M"},
        {"referer": "https://app.prechi.test/page"},
    ],
)
def test_forms_of_the_shop_are_taken(size: VariantSize, settings: Any, headers: dict[str, str]) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.prechi.test", "https://*.partner.test"]
    assert send(size, **headers).status_code == 302
    assert BagLine.objects.get().variant_size == size


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": ""},
        {"sec_fetch_site": "same-origin, cross-site"},
        {"sec_fetch_site": "SAME-ORIGIN "},
        {"sec_fetch_site": "cross-site", "origin": HERE, "referer": f"{HERE}/"},
        {"sec_fetch_site": "cross-site", "origin": "https://app.prechi.test"},
        {"origin": ELSEWHERE},
        {"origin": ELSEWHERE, "referer": f"{HERE}/"},
        {"origin": "null", "referer": f"{HERE}/"},
        {"origin": ""},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:81"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://testserver@evil.example"},
        {"origin": "http://[testserver"},
        {"origin": "//testserver"},
        {"origin": "http://app.prechi.test"},
        {"origin": "https://evilapp.prechi.test"},
        {"referer": f"{ELSEWHERE}/?{HERE}/"},
        {"referer": "/products/x/"},
        {"referer": ""},
        {"host": "testserver", "x_forwarded_host": "evil.example", "origin": ELSEWHERE},
    ],
)
def test_what_others_send_is_refused_in_words(size: VariantSize, settings: Any, headers: dict[str, str]) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.prechi.test"]
    answer = send(size, **headers)
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text
    assert "send the form there" in answer.text
    assert not BagLine.objects.exists()


def test_a_program_is_refused_with_a_problem(size: VariantSize) -> None:
    answer = send(size, origin=ELSEWHERE, accept="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "other_site"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_unsafe_method_is_guarded(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/bag/", headers={"origin": ELSEWHERE})
    assert answer.status_code == 403


def test_reading_is_open_to_links_of_other_sites() -> None:
    assert Client().get("/bag/", headers={"sec-fetch-site": "cross-site"}).status_code == 200

"""Each address of the shop, those to come included: looking changes nothing, other sites press no button, and what
belongs to one person is kept by nobody."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mailing import newsletter
from orders.models import Order
from tests.factories import BundleFactory, VariantSizeFactory, bag_with, lagos, placed_order

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
FROM_THERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}
# They prove themselves by a signature over the body.
SIGNED = {"webhooks/paystack/", "webhooks/resend/"}
# Their address is signed and was mailed: mail programs press the button from no page of the shop (RFC 8058).
MAILED = {"newsletter/confirm/<str:token>/", "newsletter/leave/<str:token>/"}
# The customer comes back from Paystack to this one: it asks Paystack, and what it learns is the truth, whoever asks.
ASKS_PAYSTACK = {"pay/return/"}


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


ROUTES = sorted({route for route in routes(get_resolver().url_patterns) if not route.startswith(("admin/", "media/"))})


@pytest.fixture
def addressed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """The address of a route, with things in it that exist."""
    lagos()
    size = VariantSizeFactory()
    bundle = BundleFactory(eligible=[size.variant.product])
    order = placed_order()
    mine = bag_with((size, 2))
    line = mine.lines.get()
    newsletter.ask("ada@prechi.test", "foot", network_address="127.0.0.1")
    reader = newsletter.Subscriber.objects.get()

    def value(route: str, name: str) -> str:
        if name == "token":
            return {
                "api/v1/bags/<slug:token>": mine.token,
                "newsletter/confirm/<str:token>": newsletter._confirming(reader),
                "newsletter/leave/<str:token>": newsletter.leave_url(reader.pk).rstrip("/").rpartition("/")[2],
            }.get(route.partition("token>")[0] + "token>", order.token)
        if name == "slug":
            return (
                bundle.slug
                if "bundles" in route
                else str(size.variant.product.category.slug)
                if (route.startswith("c/"))
                else str(size.variant.product.slug)
            )
        return {"line_id": str(line.pk), "batch_id": "0" * 8 + "-0000-0000-0000-" + "0" * 12}.get(name, "1")

    # What lists read is made ready by who looks first.
    assert Client().get("/shop/").status_code == 200
    return lambda route: "/" + PARAMETER.sub(lambda found: value(route, found[1] or found[2]), route)


def customer(**options: Any) -> Client:
    """Somebody with the bag of the first test's line, as a guest."""
    browser = Client(raise_request_exception=False, **options)
    browser.cookies["bag"] = Order.objects.get().bag.token
    return browser


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in ASKS_PAYSTACK])
def test_looking_changes_nothing(route: str, addressed: Callable[[str], str]) -> None:
    address, written = addressed(route), []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            written.append(sql[:120])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for ask in (customer().get, customer().head, customer().options):
            answer = ask(address)
            assert answer.status_code < 500
    assert written == []


@pytest.mark.parametrize("route", [route for route in ROUTES if PARAMETER.search(route)])
@pytest.mark.parametrize("odd", ["%00", "x" * 3000, "9" * 30], ids=["nul", "long", "number"])
def test_an_odd_word_in_an_address_opens_nothing(db: None, route: str, odd: str) -> None:
    browser, address = Client(raise_request_exception=False), "/" + PARAMETER.sub(odd, route)
    for ask in (browser.get, browser.head, browser.post, browser.patch, browser.delete):
        assert ask(address).status_code < 500


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route not in SIGNED | MAILED and not route.startswith("api/")]
)
def test_no_other_site_presses_a_button(route: str, addressed: Callable[[str], str]) -> None:
    browser = customer(enforce_csrf_checks=True)
    for way in (browser.post, browser.put, browser.patch, browser.delete):
        assert way(addressed(route), headers=FROM_THERE).status_code in (403, 404, 405)


@pytest.mark.parametrize("route", [route for route in ROUTES if "token>" in route])
def test_what_a_secret_opens_is_kept_by_nobody_and_its_address_told_to_nobody(
    route: str, addressed: Callable[[str], str]
) -> None:
    answer = customer().get(addressed(route))
    assert answer.status_code in (200, 302, 401, 404, 405, 409)
    if answer.status_code == 200:
        assert re.search("no-store|private", answer.headers["Cache-Control"])
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")

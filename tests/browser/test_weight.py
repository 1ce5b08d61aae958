"""What a first visit downloads, kind by kind, as it travels in production, where the door compresses text (gzip)."""

import gzip
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Window
from tests.journeys.steps import Customer, sizes_in_stock
from tests.running_shop import RunningShop

KILOBYTE = 1000
# In kilobytes: document, style, script, font, pictures.
BUDGETS = {
    "home": (14, 18, 18, 28, 120),
    "category": (20, 18, 20, 28, 150),
    "product": (18, 20, 22, 28, 120),
    "bundle": (18, 20, 22, 28, 120),
    "checkout": (16, 18, 18, 17, 20),
}
KINDS = ("document", "stylesheet", "script", "font", "image")
COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/manifest+json")


@pytest.mark.parametrize("name", BUDGETS)
def test_a_first_visit_is_light(running_shop: RunningShop, visit: Callable[..., Page], name: str) -> None:
    product, colour, _, _ = sizes_in_stock(running_shop)[0]
    page = visit(Window(dots=2))
    bundle = running_shop.sql("SELECT slug FROM catalog_bundle WHERE active ORDER BY position LIMIT 1")[0]
    address = {
        "home": "/",
        "category": "/c/gymwear/",
        "product": f"/products/{product}/?colour={colour}",
        "bundle": f"/bundles/{bundle}/",
    }.get(name)
    if address is None:
        browser = Customer(running_shop).takes_something().browser
        bag = {"name": "bag", "value": str(browser.session.cookies["bag"]), "domain": "localhost", "path": "/"}
        page.context.add_cookies([bag])  # type: ignore[list-item]
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (a bound method of a list is refused)
    page.goto(address or "/checkout/", wait_until="networkidle")
    bytes_of = Counter[str]()
    for answer in answers:
        assert answer.url.startswith((running_shop.url, "data:")), f"a third party: {answer.url}"
        bytes_of[answer.request.resource_type] += travelling(answer)
    limits = {kind: limit * KILOBYTE for kind, limit in zip(KINDS, BUDGETS[name], strict=True)}
    too_heavy = {kind: bytes_of[kind] for kind in KINDS if bytes_of[kind] > limits[kind]}
    assert too_heavy == {}, f"of {dict(bytes_of)}"
    assert bytes_of["document"] > KILOBYTE
    assert bytes_of["stylesheet"] > KILOBYTE


def travelling(answer: Response) -> int:
    """Bytes of the body on the wire."""
    body = answer.body()
    is_text = answer.headers.get("content-type", "").startswith(COMPRESSED)
    return len(gzip.compress(body, 6)) if is_text else len(body)

"""Who holds no link opens nothing: what is nearly the secret is answered like what never was one, in the same words."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orders.models import Order
from tests.abuse.test_every_address import ROUTES
from tests.abuse.test_every_address import addressed as addressed

pytestmark = pytest.mark.django_db
OF_AN_ORDER = [route for route in ROUTES if re.search(r"(orders|pay|quotes)/<\w+:token>", route)]
UNKNOWN = "Qm9vbSBib29tIGJvb20gYm9vbSBi"
NEARLY: dict[str, Callable[[Order], str]] = {
    "its last letter is another": lambda order: order.token[:-1] + ("A" if order.token[-1] != "A" else "B"),
    "cut short": lambda order: order.token[:-1],
    "in another case": lambda order: order.token.swapcase(),
    "its number": lambda order: order.number,
    "its row": lambda order: str(order.pk),
    "the token of its bag": lambda order: str(order.bag.token),
    "a pattern": lambda order: "%25",
}


def told(browser: Client, way: str, address: str, token: str) -> tuple[int, str]:
    answer = browser.generic(way, address, headers={"Sec-Fetch-Site": "same-origin"})
    text = answer.text.replace(address, "")  # the form for the currency leads back to the very page
    text = text.replace(token, "") if len(token) > 5 else text
    return answer.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", text)


@pytest.mark.parametrize("nearly", NEARLY.values(), ids=NEARLY)
@pytest.mark.parametrize("route", OF_AN_ORDER)
def test_nearly_a_token_is_none(route: str, nearly: Callable[[Order], str], addressed: Callable[[str], str]) -> None:
    order = Order.objects.get()
    address, browser = addressed(route), Client(raise_request_exception=False)
    assert order.token in address
    before = list(order.events.values_list("kind", flat=True))
    for way in ("GET", "POST"):
        tried = nearly(order)
        status, words = told(browser, way, address.replace(order.token, tried), tried)
        assert status in (404, 405)
        if tried != "%25":  # an address that no pattern of the API fits has words of its own
            assert (status, words) == told(browser, way, address.replace(order.token, UNKNOWN), UNKNOWN)
    assert list(order.events.values_list("kind", flat=True)) == before


def test_there_are_such_addresses() -> None:
    assert len(OF_AN_ORDER) > 12


BACK = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example"]


@pytest.mark.parametrize("back", BACK, ids=repr)
@pytest.mark.parametrize("address", ["/bag/", "/bag/lines/1/", "/bag/code/", "/wishlist/", "/wishlist/1/"])
def test_nobody_is_led_back_to_another_site(address: str, back: str, addressed: Callable[[str], str]) -> None:
    browser: Any = Client(raise_request_exception=False)
    form = {"back": back, "next": back, "sku": "X", "quantity": "0", "remove": "1"}
    answer = browser.post(address, form, headers={"Referer": back.strip()})
    assert answer.status_code < 500
    assert "evil" not in answer.headers.get("Location", "")
    assert not re.search(r'(href|action)="[^"]*(evil|javascript:)', answer.text)

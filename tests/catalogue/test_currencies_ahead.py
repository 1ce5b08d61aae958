"""Ready bytes in two currencies: a page in dollars is never given to somebody who chose naira, nor the other way."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from catalog.models import VariantSize
from core import switches
from core.models import Switch
from prechi import answers
from tests.ahead import Ahead
from tests.catalogue.conftest import Clock
from tests.catalogue.test_cache_ahead import PUBLIC, size  # noqa: F401
from tests.factories import dollar_rate

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = [path for path in PUBLIC if not path.startswith(("/api/", "/robots", "/sitemap"))]
PRICED = [
    "/",
    "/shop/",
    "/c/briefs/",
    "/products/brief/",
    "/bundles/three/",
    "/help/delivery/",
    "/search/suggestions/?q=brief",
]


@pytest.fixture
def shop(size: VariantSize) -> Ahead:  # noqa: F811
    dollar_rate()
    return Ahead()


@pytest.mark.parametrize("path", PRICED)
@pytest.mark.parametrize("first", ["", "currency=USD"])
def test_each_gets_their_own_whoever_asks_first(shop: Ahead, path: str, first: str) -> None:
    shop.get(path, cookie=first)
    for _ in range(2):
        naira, dollars = shop.get(path, cookie="bag=x"), shop.get(path, cookie="a=b; currency=USD; bag=x")
        assert 'class="charged"' in dollars.text
        assert "$" not in naira.text.replace("$ US dollar", "")
        assert naira.headers["ETag"] != dollars.headers["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_both_are_ready_after_one_asking_and_caches_are_told(shop: Ahead, path: str) -> None:
    for cookie in ("", "currency=USD"):
        given = shop.get(path, cookie=cookie)
        assert given.status == 200
        assert "Cookie" in given.headers["Vary"]
        asked = len(shop.asked)
        assert shop.get(path, cookie=f"{cookie}; sessionid=x").body == given.body
        assert len(shop.asked) == asked


@pytest.mark.parametrize("path", PRICED)
def test_without_the_cache_it_is_the_same(shop: Ahead, path: str) -> None:
    direct = shop.without(path, cookie="currency=USD")
    assert "Cookie" in direct.headers["Vary"]
    assert shop.get(path, cookie="currency=USD").body == direct.body


@pytest.mark.parametrize(
    "cookie", ["currency=EUR", "currency=usd", "currency=USDX", "xcurrency=USD", "currency=NGN", "currency="]
)
def test_any_other_cookie_is_naira_and_fills_no_cache(shop: Ahead, cookie: str) -> None:
    plain = shop.get("/shop/")
    asked = len(shop.asked)
    assert shop.get("/shop/", cookie=cookie).body == plain.body
    assert len(shop.asked) == asked


def test_answers_of_the_api_know_no_cookie(shop: Ahead) -> None:
    plain = shop.get("/api/v1/products/brief/")
    asked = len(shop.asked)
    assert shop.get("/api/v1/products/brief/", cookie="currency=USD").body == plain.body
    assert len(shop.asked) == asked
    dollars = shop.get("/api/v1/products/brief/?currency=USD")
    assert b'"currency":"USD"' in dollars.body
    assert "Cookie" not in dollars.headers["Vary"]


def test_what_a_browser_has_in_naira_is_not_confirmed_for_dollars(shop: Ahead) -> None:
    naira = shop.get("/shop/")
    again = shop.get("/shop/", cookie="currency=USD", if_none_match=naira.headers["ETag"])
    assert again.status == 200
    assert "$5.67" in again.text


DOLLARS = [(path, "currency=USD") for path in PRICED] + [
    (f"/api/v1/{path}/?currency=USD", "") for path in ("products", "products/brief", "bundles", "bundles/three")
]


def is_approximate(shop: Ahead, path: str, cookie: str) -> bool:
    text = shop.get(path, cookie=cookie).text
    return 'class="charged"' in text or '"charged":' in text


@pytest.mark.parametrize(("path", "cookie"), DOLLARS)
def test_who_starts_the_shop_with_other_currencies_gives_nothing_that_the_old_one_kept(
    shop: Ahead, path: str, cookie: str, settings: Any
) -> None:
    assert is_approximate(shop, path, cookie)
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    answers.forget_memory()  # as in a new process
    assert not is_approximate(shop, path, cookie)
    # And while both run, each is right.
    settings.PAYSTACK_CURRENCIES = ["NGN"]
    answers.forget_memory()
    asked = len(shop.asked)
    assert is_approximate(shop, path, cookie)
    assert len(shop.asked) == asked


@pytest.mark.parametrize("how", ["in the back office", "past the shop"])
def test_the_switch_for_naira_alone_is_seen_on_every_page_within_two_seconds(
    shop: Ahead, how: str, settings: Any, clock: Clock
) -> None:
    settings.PAYSTACK_CURRENCIES = ["NGN", "USD"]
    answers.forget_memory()
    assert approximate_pages(shop) == []
    for on in (True, False):
        if how == "past the shop":
            with connection.cursor() as cursor:
                statement = "INSERT INTO core_switch (name, \"on\", note, updated_at) VALUES (%s, %s, '', now())"
                statement += ' ON CONFLICT (name) DO UPDATE SET "on" = excluded."on"'
                cursor.execute(statement, [switches.NAIRA_ONLY, on])
        else:
            Switch.objects.update_or_create(name=switches.NAIRA_ONLY, defaults={"on": on})
        expected = DOLLARS if on else []
        assert clock.within(2, partial(are_approximate, shop, expected))


def are_approximate(shop: Ahead, expected: list[tuple[str, str]]) -> bool:
    return approximate_pages(shop) == expected


def approximate_pages(shop: Ahead) -> list[tuple[str, str]]:
    return [(path, cookie) for path, cookie in DOLLARS if is_approximate(shop, path, cookie)]

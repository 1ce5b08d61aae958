"""Ready bytes in two currencies: a page in dollars is never given to somebody who chose naira, nor the other way."""

import pytest

from catalog.models import VariantSize
from tests.ahead import Ahead
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

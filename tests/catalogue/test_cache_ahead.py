"""Ready bytes ahead of Django: the same answer, for nobody in particular, and true within two seconds."""

import gzip
import threading
import time
from typing import Any

import brotli
import pytest
from django.core.cache import cache as django_cache
from django.db import connection, connections

from catalog import cache, fingerprints, freshness, stamps
from catalog.models import VariantSize
from core import redis_store, switches
from core.models import Switch
from prechi import answers
from tests.ahead import Ahead
from tests.catalogue.conftest import Clock
from tests.factories import BundleFactory, CategoryFactory, ProductFactory, VariantSizeFactory, lagos

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC = [
    "/",
    "/shop/",
    "/shop/?sort=price&size=M",
    "/c/briefs/",
    "/search/",
    "/search/suggestions/?q=brief",
    "/products/brief/",
    "/products/brief/?colour=black&size=M",
    "/bundles/",
    "/bundles/three/",
    "/help/",
    "/help/delivery/",
    "/terms/",
    "/robots.txt",
    "/sitemap.xml",
    "/api/v1/products/",
    "/api/v1/products/brief/",
    "/api/v1/bundles/",
    "/api/v1/bundles/three/",
]


@pytest.fixture
def shop() -> Ahead:
    return Ahead()


@pytest.fixture
def size() -> VariantSize:
    lagos()
    product = ProductFactory(slug="brief", name="Everyday Brief", category__slug="briefs")
    size = VariantSizeFactory(variant__product=product, on_hand=5)
    BundleFactory(slug="three", eligible=[product])
    return size


def left(shop: Ahead, path: str = "/api/v1/products/brief/") -> bool:
    return '"available":5' in shop.get(path).text


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("path", PUBLIC)
def test_the_answer_is_djangos_own(shop: Ahead, path: str) -> None:
    own = shop.without(path)
    assert own.status == 200
    for _ in range(2):
        ready = shop.get(path, cookie="sessionid=x; bag=y", accept="text/html")
        assert ready.status == 200
        assert ready.body == own.body
        assert {**ready.headers, "X-Request-ID": ""} == {**own.headers, "X-Request-ID": ""}
    assert len(shop.asked) == 1
    assert "Set-Cookie" not in own.headers
    assert "max-age=0" in own.headers["Cache-Control"]


@pytest.mark.usefixtures("size")
def test_each_answer_has_an_id_of_its_own(shop: Ahead) -> None:
    ids = {shop.get("/products/brief/").headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert shop.get("/products/brief/", x_request_id="abcdef-123456").headers["X-Request-ID"] == "abcdef-123456"


@pytest.mark.usefixtures("size")
def test_what_the_asker_has_is_not_sent_again(shop: Ahead) -> None:
    first = shop.get("/products/brief/")
    again = shop.get("/products/brief/", if_none_match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert shop.get("/products/brief/", if_none_match='W/"other"').status == 200


@pytest.mark.usefixtures("size")
def test_head_has_the_headers_alone(shop: Ahead) -> None:
    head, get = shop.get("/products/brief/", "HEAD"), shop.get("/products/brief/")
    assert head.body == b""
    assert head.headers["Content-Length"] == str(len(get.body))


@pytest.mark.usefixtures("size")
def test_compressed_for_who_takes_it(shop: Ahead) -> None:
    plain = shop.get("/products/brief/")
    br = shop.get("/products/brief/", accept_encoding="gzip, deflate, br")
    zipped = shop.get("/products/brief/", accept_encoding="gzip, br;q=0")
    assert (br.headers["Content-Encoding"], zipped.headers["Content-Encoding"]) == ("br", "gzip")
    assert brotli.decompress(br.body) == gzip.decompress(zipped.body) == plain.body
    assert "Accept-Encoding" in br.headers["Vary"]
    assert "Content-Encoding" not in shop.get("/products/brief/", accept_encoding="identity").headers


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/products/brief/", {"host": "evil.example"}),
        ("/products/brief/", {"host": "testserver:4711"}),
        ("/products/brief/", {"host": "testserver\r\nx: y"}),
        ("/products/brief/", {"authorization": "Bearer x"}),
        ("/products/brief/", {"cookie": "messages=W10:x"}),
        ("/products/brief/?unknown=1", {}),
        (f"/products/brief/?colour={'x' * 600}", {}),
        ("/products/brief/?colour=%00", {}),
        ("/shop/?" + "&".join(["size=M"] * 40), {}),
        ("/bag/", {}),
        ("/search/?q=brief", {}),
        ("/orders/", {}),
    ],
)
def test_what_is_not_everybodys_goes_to_django(shop: Ahead, path: str, headers: dict[str, str]) -> None:
    for _ in range(2):
        assert shop.get(path, **headers).status == shop.without(path, **headers).status
    assert len(shop.asked) == 2


@pytest.mark.usefixtures("size")
def test_plain_http_is_left_to_djangos_redirect(shop: Ahead, settings: Any) -> None:
    shop.get("/products/brief/")
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert Ahead().get("/products/brief/").status == 301
    assert Ahead().get("/products/brief/", x_forwarded_proto="https").status == 200


@pytest.mark.usefixtures("size")
def test_advertisers_parameters_and_order_make_no_entries(shop: Ahead) -> None:
    first = shop.get("/shop/?size=M&colour=black")
    for path in ("/shop/?colour=black&size=M", "/shop/?utm_source=x&colour=black&size=M&fbclid=1&utm_campaign=%C3%A9"):
        assert shop.get(path).body == first.body
    assert len(shop.asked) == 1


def test_no_spelling_of_the_shops_name_is_kept_for_others(shop: Ahead) -> None:
    """Addresses in an answer are absolute, and the first who asks decides how they are written."""
    category = CategoryFactory(slug="briefs")
    for _ in range(25):
        VariantSizeFactory(variant__product__category=category)
    freshness.catch_up()
    shouted = shop.get("/api/v1/products/", host="LOCALHOST:8000")
    assert b"http://localhost:8000/api/v1/products/?cursor=" in shouted.body
    assert b"LOCALHOST" not in shouted.body
    assert shouted.body == shop.get("/api/v1/products/", host="localhost:8000").body
    assert len(shop.asked) == 1


@pytest.mark.usefixtures("size")
def test_refusals_and_redirects_are_never_kept(shop: Ahead) -> None:
    for path, status in (("/products/none/", 404), ("/products/brief/?colour=plaid", 302)):
        assert [shop.get(path).status for _ in range(2)] == [status, status]
    assert len(shop.asked) == 4


@pytest.mark.parametrize("path", ["/api/v1/products/brief/", "/api/v1/bundles/three/"])
def test_a_change_past_the_shop_is_seen_within_two_seconds(
    shop: Ahead, size: VariantSize, clock: Clock, path: str
) -> None:
    """Nobody tells the cache of it: the rows do."""
    assert left(shop, path)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_variantsize SET reserved = reserved + 1 WHERE id = %s", [size.pk])
    assert clock.within(2, lambda: not left(shop, path))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_variantsize SET reserved = 0 WHERE id = %s", [size.pk])
    assert clock.within(2, lambda: left(shop, path))


def test_while_one_looks_the_others_are_within_two_seconds_too() -> None:
    """They trust an answer for longer, which was right by what was known half a second before."""
    assert answers.TRUSTED_SECONDS < answers.GRACE_SECONDS
    assert max(fingerprints.GOOD_SECONDS, answers.CATCH_UP_SECONDS) + answers.GRACE_SECONDS < 2


def test_without_the_second_look_it_would_stay(
    shop: Ahead, size: VariantSize, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "agrees", lambda key, kept: True)
    monkeypatch.setattr(answers, "_catch_up", lambda: None)
    assert left(shop)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_variantsize SET reserved = 1 WHERE id = %s", [size.pk])
    clock.forward(2.1)
    assert left(shop)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_variantsize SET reserved = 0 WHERE id = %s", [size.pk])


def test_another_processes_change_is_seen(shop: Ahead, size: VariantSize, clock: Clock) -> None:
    """Its stamps come by Redis; this process's memory only asks after a moment."""
    shop.get("/help/")
    redis_store.write({stamps._name(stamps.WHOLE_CATALOGUE): b"99999.other"}, None)
    clock.forward(answers.TRUSTED_SECONDS)
    shop.get("/help/")
    assert shop.asked == ["/help/", "/help/"]


def test_an_emptied_redis_is_no_return_to_what_was(shop: Ahead, size: VariantSize, clock: Clock) -> None:
    shop.get("/help/")
    django_cache.clear()
    clock.forward(answers.TRUSTED_SECONDS)
    shop.get("/help/")
    assert len(shop.asked) == 2


def test_another_process_takes_it_from_redis(shop: Ahead, size: VariantSize) -> None:
    first = shop.get("/products/brief/", accept_encoding="br")
    answers.forget_memory()
    assert shop.get("/products/brief/", accept_encoding="br").body == first.body
    assert len(shop.asked) == 1


def test_what_changed_while_it_was_built_is_not_kept(shop: Ahead, size: VariantSize) -> None:
    django = shop.django

    def and_a_change(environ: Any, start: Any) -> Any:
        response = django(environ, start)
        stamps.write([cache.product_key("brief")])
        return response

    shop.django = and_a_change  # type: ignore[assignment]
    shop.get("/products/brief/")
    shop.django = django
    shop.get("/products/brief/")
    assert len(shop.asked) == 2


CROWD = 20


@pytest.fixture
def all_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody of the crowd goes on before everybody has found that the answer is not there."""
    find, all_have_looked = answers.find, threading.Barrier(CROWD)

    def look(name: str) -> Any:
        found = find(name)
        all_have_looked.wait(60)
        return found

    monkeypatch.setattr(answers, "find", look)
    # Who builds may take as long as a busy machine needs.
    monkeypatch.setattr(answers, "WAIT_SECONDS", 60.0)
    monkeypatch.setattr(answers, "BUILDING_SECONDS", 60.0)


def crowd(shop: Ahead) -> int:
    """Twenty ask at once for what is not there; how often Django was asked."""
    statuses: list[int] = []
    django = shop.django

    def slowly(environ: Any, start: Any) -> Any:
        time.sleep(0.3)  # all who may come too are there by then
        return django(environ, start)

    def ask() -> None:
        statuses.append(shop.get("/products/brief/").status)
        connections.close_all()

    shop.django = slowly  # type: ignore[assignment]
    threads = [threading.Thread(target=ask) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * CROWD
    return len(shop.asked)


@pytest.mark.usefixtures("size", "all_look_first")
def test_a_crowd_is_answered_by_one_build(shop: Ahead) -> None:
    assert crowd(shop) <= 2


@pytest.mark.usefixtures("size", "all_look_first")
def test_between_processes_redis_holds_them_together(shop: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "built", answers._built_alone)
    assert crowd(shop) <= 3


@pytest.mark.usefixtures("size", "all_look_first")
def test_without_the_locks_everybody_builds(shop: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "built", answers._built_alone)
    monkeypatch.setattr(redis_store, "claim", lambda *args: True)
    assert crowd(shop) > 3


@pytest.mark.usefixtures("size")
def test_memory_is_bounded(shop: Ahead, settings: Any) -> None:
    settings.READY_MEMORY_BYTES = 60_000
    for path in PUBLIC:
        shop.get(path)
    assert 0 < answers._memory_bytes <= 60_000
    assert answers._memory_bytes == sum(answer.size for answer in answers._memory.values())


@pytest.mark.usefixtures("size")
def test_staff_can_turn_it_off(shop: Ahead) -> None:
    shop.get("/products/brief/")
    switch = Switch.objects.create(name=switches.CACHE_OFF, on=True)
    switches.forget_cache_switch()
    shop.get("/products/brief/")
    shop.get("/products/brief/")
    assert len(shop.asked) == 3
    switch.delete()
    switches.forget_cache_switch()
    shop.get("/products/brief/")
    assert len(shop.asked) == 3

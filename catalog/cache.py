"""Cache-aside for what the catalogue shows: ready bytes, forgotten after the commit that changes them.

An entry is good while no stamp of what it shows was written since (catalog.stamps), and the rows behind its price and
stock are those that it was built from (catalog.fingerprints). The cache may vanish at any moment: then rows are read.
"""

import random
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction

from catalog import browse, detail, fingerprints, hits, publishing, stamps
from catalog.currencies import NAIRA, Prices
from catalog.stamps import WHOLE_CATALOGUE
from core import redis_store, switches

LISTS = "lists"


def product_page(slug: str, prices: Prices = NAIRA) -> dict[str, Any] | None:
    """catalog.detail.product_page, from the cache where it is there."""
    body = ready("data", product_key(slug), lambda: _dump(detail.product_page(slug, prices)), prices)
    return None if body is None else dict(orjson.loads(body))


def navigation() -> list[dict[str, Any]]:
    """catalog.browse.navigation, from the cache where it is there: it stands on every page."""
    return list(orjson.loads(ready("navigation", LISTS, lambda: orjson.dumps(browse.navigation())) or b"[]"))


def product_key(slug: str) -> str:
    """Everything that shows this product's price or stock is kept under it."""
    return f"product/{slug}"


def card_key(slug: str) -> str:
    """What shows this product among others: its name, its lowest price, whether there is any."""
    return f"card/{slug}"


def bundle_key(slug: str) -> str:
    return f"bundle/{slug}"


def ready(kind: str, key: str, build: Callable[[], bytes | None], prices: Prices = NAIRA) -> bytes | None:
    """The bytes for (kind, key), those in other prices apart: from the cache, or built and kept. None, which `build`
    may answer, is not kept."""
    if not switches.cache_enabled():
        return build()
    name = f"{stamps.VERSION}:{kind}:{prices.name}{key}"
    tag, (entry,) = stamps.read([key], name)
    if tag is not None and entry is not None:
        kept_tag, kept_fingerprint, body = entry.split(b"|", 2)
        if kept_tag == tag and is_true(key, kept_fingerprint):
            hits.count(kind, hits.HIT)
            return body
    hits.count(kind, hits.ERROR if tag is None else hits.STALE if entry is not None else hits.MISS)
    moment = stamps.now()
    fingerprint = fingerprints.take(key)
    built = build()
    if built is not None and moment is not None and fingerprint is not None:
        tag = stamps.tag_since(moment, [key])
        if tag is not None:
            _keep(name, b"|".join([tag, fingerprint, built]))
    return built


def is_true(key: str, fingerprint: bytes) -> bool:
    """Whether the rows are still those. If not, a change came in past the shop: whatever shows it is forgotten."""
    if fingerprints.agrees(key, fingerprint):
        return True
    stamps.write([key])
    return False


def lifetime() -> float:
    """Seconds to keep what is built now; a little different each time, so that not all of it is built again at once,
    and never beyond the moment when a price or a publication falls due."""
    seconds = float(settings.CACHE_SECONDS * random.uniform(0.9, 1.0))
    left = publishing.seconds_left()
    return seconds if left is None else min(seconds, left)


def forget(*keys: str) -> None:
    """Nothing that was built for these keys before this transaction commits is served after it."""
    transaction.on_commit(lambda: _forget_now(keys), robust=True)


def forget_products(slugs: Iterable[str]) -> None:
    """Something of these products has changed, on their own pages and where they stand among others."""
    forget(*{key(slug) for slug in slugs for key in (product_key, card_key)})


def look_again() -> None:
    """Counts of stock moved, which few pages show: when it is committed this process compares rows before it trusts
    what it keeps. The others do so anyway, twice a second."""
    transaction.on_commit(_look_again, robust=True)


def forget_committed(products: Iterable[str], bundles: Iterable[str], *, everything: bool) -> bool:
    """Forgets, at once, what was committed already: these products and bundles (slugs), and what is listed where.

    Returns whether Redis took it: if not, say it again.
    """
    keys = {key(slug) for slug in products for key in (product_key, card_key)} | {bundle_key(slug) for slug in bundles}
    return _forget_now({*keys, LISTS, *([WHOLE_CATALOGUE] if everything else [])})


def _keep(name: str, entry: bytes) -> None:
    seconds = lifetime()
    if seconds > 0:
        redis_store.write({name: entry}, seconds)


def _forget_now(keys: Iterable[str]) -> bool:
    fingerprints.forget()
    return stamps.write(keys)


def _look_again() -> None:
    fingerprints.forget()
    stamps.count_change()


def _dump(page: dict[str, Any] | None) -> bytes | None:
    return None if page is None else orjson.dumps(page)

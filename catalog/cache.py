"""Cache-aside for what the catalogue shows: ready bytes, forgotten after the commit that changes them.

Every entry is tagged with the stamp of what it shows, read before it was built. A change writes a new stamp, so
bytes built from older rows and stored late are never served. The cache may vanish at any moment: then rows are read.
"""

import random
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from catalog import detail
from core import switches

VERSION = 2
WHOLE_CATALOGUE = "catalogue"
LISTS = "lists"
NEVER_CHANGED = b"-"


def product_page(slug: str) -> dict[str, Any] | None:
    """catalog.detail.product_page, from the cache where it is there."""
    body = ready("page", product_key(slug), lambda: _dump(detail.product_page(slug)))
    return None if body is None else dict(orjson.loads(body))


def product_key(slug: str) -> str:
    """Everything that shows this product's price or stock is kept under it."""
    return f"product/{slug}"


def bundle_key(slug: str) -> str:
    """Everything that shows this bundle or the pieces that may be picked for it is kept under it."""
    return f"bundle/{slug}"


def ready(kind: str, key: str, build: Callable[[], bytes | None]) -> bytes | None:
    """The bytes for (kind, key): from the cache, or built and kept. None, which `build` may answer, is not kept."""
    if not switches.cache_enabled():
        return build()
    entry_key, stamps = f"{VERSION}:{kind}:{key}", [_stamp_key(WHOLE_CATALOGUE), _stamp_key(key)]
    found = cache.get_many([entry_key, *stamps])
    tag = b"".join(found.get(stamp, NEVER_CHANGED) for stamp in stamps)
    entry = found.get(entry_key)
    if entry is not None and entry.startswith(tag + b"|"):
        return bytes(entry[len(tag) + 1 :])
    body = build()
    if body is not None:
        jitter = random.uniform(0.9, 1.0)
        cache.set(entry_key, tag + b"|" + body, settings.CACHE_SECONDS * jitter)
    return body


def forget(*keys: str) -> None:
    """Nothing that was built for these keys before this transaction commits is served after it."""
    transaction.on_commit(lambda: _stamp(keys), robust=True)


def forget_products(slugs: Iterable[str]) -> None:
    """The stock or price of these products changed."""
    forget(*{product_key(slug) for slug in slugs})


def forget_lists() -> None:
    """Something that lists show has changed: home, shop, categories, search, sitemap."""
    forget(LISTS)


def forget_everything() -> None:
    """Something that many pages show has changed, such as a category's name."""
    forget(WHOLE_CATALOGUE)


def _dump(page: dict[str, Any] | None) -> bytes | None:
    return None if page is None else orjson.dumps(page)


def _stamp(keys: Iterable[str]) -> None:
    # Stamps outlive every entry that could carry an older one.
    stamps = {_stamp_key(key): secrets.token_bytes(8) for key in keys}
    cache.set_many(stamps, settings.CACHE_SECONDS * 2)


def _stamp_key(key: str) -> str:
    return f"{VERSION}:stamp:{key}"

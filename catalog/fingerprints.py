"""The second look at what is kept: stamps can be lost, rows cannot lie.

A fingerprint covers each row that shows price or stock of one product, or of all that a bundle may hold: its id, and
the transaction that wrote it. Of a size it covers what is shown, for most sales change no more than a count of many.
One indexed query, asked at most twice a second by one process for one key.
"""

import threading
import time
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection

from catalog.detail import SHOWN_AVAILABLE_MAX

GOOD_SECONDS = 0.5
# A database that does not answer is not asked again for a while: nothing new can be written to it either.
SILENT_SECONDS = 2.0
KNOWN_MAX = 4096

_OF_PRODUCTS = """
    SELECT 'p' || p.id || ':' || p.xmin || ':' || (p.publish_at <= now()) AS part FROM shown p
    UNION ALL SELECT 'c' || c.id || ':' || c.xmin FROM catalog_category c WHERE c.id IN (SELECT category_id FROM shown)
    UNION ALL SELECT 'v' || v.id || ':' || v.xmin FROM catalog_variant v JOIN shown ON shown.id = v.product_id
    UNION ALL SELECT concat_ws(':', 's', to_jsonb(s) - '{on_hand,reserved}'::text[],
            least(s.on_hand - s.reserved, %(most)s), s.on_hand - s.reserved <= s.low_stock_threshold)
        FROM catalog_variantsize s
        JOIN catalog_variant v ON v.id = s.variant_id JOIN shown ON shown.id = v.product_id
    UNION ALL SELECT 'i' || i.id || ':' || i.xmin FROM catalog_image i
        JOIN catalog_variant v ON v.id = i.variant_id JOIN shown ON shown.id = v.product_id
"""
_PARTS_OF = {
    "product": """
    UNION ALL SELECT 'b' || b.id || ':' || b.xmin FROM catalog_bundle b
        JOIN catalog_bundle_eligible e ON e.bundle_id = b.id JOIN shown ON shown.id = e.product_id
    UNION ALL SELECT 'g' || g.id || ':' || g.xmin || ':' || r.id || ':' || r.xmin FROM catalog_sizeguide g
        JOIN catalog_sizeguiderow r ON r.guide_id = g.id JOIN shown ON g.id = COALESCE(
            shown.size_guide_id, (SELECT c.size_guide_id FROM catalog_category c WHERE c.id = shown.category_id))
""",
    "bundle": """
    UNION ALL SELECT 'b' || id || ':' || xmin FROM bundle
    UNION ALL SELECT 'i' || i.id || ':' || i.xmin FROM catalog_image i JOIN bundle ON bundle.id = i.bundle_id
""",
}
_SHOWN_BY = {
    "product": "WITH shown AS (SELECT *, xmin FROM catalog_product WHERE slug = %(slug)s)",
    "bundle": """
WITH bundle AS (SELECT id, xmin FROM catalog_bundle WHERE slug = %(slug)s),
shown AS (SELECT p.*, p.xmin FROM catalog_product p
    JOIN catalog_bundle_eligible e ON e.product_id = p.id JOIN bundle ON bundle.id = e.bundle_id)
""",
}
_ALL = "SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM parts"
_QUERIES = {
    kind: "".join((_SHOWN_BY[kind], ", parts AS (", _OF_PRODUCTS, _PARTS_OF[kind], ") ", _ALL)) for kind in _SHOWN_BY
}


@dataclass(frozen=True, slots=True)
class _Known:
    value: bytes
    at: float


_known: dict[str, _Known] = {}
_asking = [threading.Lock() for _ in range(64)]
_silent_until = 0.0


def agrees(key: str, kept: bytes) -> bool:
    """Whether the rows of `key` are still those of the kept fingerprint. True for keys that have none."""
    known = _known.get(key)
    if known is not None and known.value == kept and time.monotonic() - known.at < GOOD_SECONDS:
        return True
    found = take(key)
    return found is None or found == kept


def take(key: str) -> bytes | None:
    """The fingerprint now; empty for a key that has none, None where the database does not answer."""
    global _silent_until  # noqa: PLW0603
    kind, _, slug = key.partition("/")
    if kind not in _QUERIES:
        return b""
    asked = time.monotonic()
    with _asking[hash(key) % len(_asking)]:
        known = _known.get(key)
        if known is not None and known.at >= asked:  # somebody asked while we waited
            return known.value
        started = time.monotonic()
        if started < _silent_until:
            return None
        try:
            value = _ask(_QUERIES[kind], slug)
        except DatabaseError:
            _silent_until = time.monotonic() + SILENT_SECONDS
            return None
        if len(_known) >= KNOWN_MAX:
            _known.clear()
        _known[key] = _Known(value, started)
        return value


def forget() -> None:
    """For this process's own changes, which it must see at once."""
    _known.clear()


def _ask(query: str, slug: str) -> bytes:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # outside of a request nobody else looks
    with connection.cursor() as cursor:
        cursor.execute(query, {"slug": slug, "most": SHOWN_AVAILABLE_MAX})
        row = cursor.fetchone()
    return (row[0] or "").encode() if row else b""

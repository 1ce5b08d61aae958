"""How often was what is kept good enough? For Prometheus by process, and one figure that all processes share."""

import threading
import time

from prometheus_client import Counter

from core import redis_store

HOUR, FLUSH_SECONDS = 3600, 1.0
HIT, MISS, STALE, ERROR = "hit", "miss", "stale", "error"

_reads = Counter("prechi_cache_reads", "Reads of what is kept ready, by kind and result.", ["kind", "result"])
_lock = threading.Lock()
_unsent: dict[str, int] = {}
_sent_at = 0.0


def count(kind: str, result: str) -> None:
    """One read. `kind` is one of a few names, never an address."""
    global _sent_at  # noqa: PLW0603
    _reads.labels(kind, result).inc()
    with _lock:
        _unsent[result] = _unsent.get(result, 0) + 1
        now = time.monotonic()
        if now - _sent_at < FLUSH_SECONDS:
            return
        _sent_at = now
        sums = dict(_unsent)
        _unsent.clear()
    redis_store.add_up(_hour(0), sums, 3 * HOUR)


def of_last_hours() -> tuple[int, int]:
    """Hits and reads of all processes in this hour and the one before."""
    hits = reads = 0
    for ago in (0, 1):
        found = redis_store.sums(_hour(ago))
        hits += found.get(HIT, 0)
        reads += sum(found.values())
    return hits, reads


def _hour(ago: int) -> str:
    return f"hits:{int(time.time()) // HOUR - ago}"

"""Whole answers, kept in this process's memory and in Redis, and built by one at a time."""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache as once

import brotli
import orjson
from django.conf import settings
from django.db import Error as DatabaseError

from catalog import cache, fingerprints, freshness, hits, stamps
from core import redis_store

# Together with fingerprints.GOOD_SECONDS this stays below the two seconds that a stock figure may lag.
TRUSTED_SECONDS = 0.7
# While one thread looks whether an answer is still good, the others give it for a moment more.
GRACE_SECONDS = 1.2
CATCH_UP_SECONDS = 0.4
BUILDING_SECONDS = 5.0
WAIT_SECONDS, LOOK_SECONDS = 1.0, 0.02
COMPRESSED_FROM = 600
# What pages say by these. A process that was started with others gives nothing that was built by the old ones.
SHOWN = (
    *("SHOP_NAME", "SITE_URL", "CONTACT_EMAIL", "CONTACT_WHATSAPP", "RETURN_DAYS", "HOLD_MINUTES"),
    *("CURRENCIES", "PAYSTACK_CURRENCIES", "COUNTRIES_OFFERED", "OFFLINE_METHODS", "PAY_ON_DELIVERY_MAX_NAIRA"),
)

Header = tuple[str, str]
Bodies = dict[str, bytes]  # by Content-Encoding; "" is the plain one


@dataclass(slots=True)
class Answer:
    """`check` is the key whose rows are compared, `tag` and `fingerprint` what they were when it was built."""

    status: str
    headers: list[Header]
    bodies: Bodies
    etag: str = ""
    keys: tuple[str, ...] = ()
    check: str = ""
    tag: bytes = b""
    fingerprint: bytes = b""
    expires: float = 0.0
    true_at: float = 0.0
    changes: int = -1
    looking: threading.Lock = field(default_factory=threading.Lock)
    ready: dict[str, list[Header]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + 2_000


_memory: "OrderedDict[str, Answer]" = OrderedDict()
_memory_lock = threading.Lock()
_memory_bytes = 0
_flights: dict[str, "Future[Answer]"] = {}
_flights_lock = threading.Lock()
_catching_up = threading.Lock()
_caught_up_at = 0.0


def find(name: str) -> tuple[Answer | None, str]:
    """The answer under this name if it is good, and what became of the read."""
    answer = _memory.get(name)
    if answer is not None:
        now = time.monotonic()
        if answer.changes == stamps.changes_made_here and now - answer.true_at < TRUSTED_SECONDS:
            return answer, hits.HIT
        if _looked_at(answer):
            return answer, hits.HIT
        _drop(name, answer)
    return _from_redis(name, stale=answer is not None)


def built(name: str, check: str, build: Callable[[], tuple[Answer, bool]]) -> Answer:
    """The answer that `build` gives, once for all who ask meanwhile; kept where its second value says so."""
    with _flights_lock:
        flight = _flights.get(name)
        leads = flight is None
        if flight is None:
            flight = _flights[name] = Future()
    if not leads:
        return flight.result()
    try:
        answer = _built_alone(name, check, build)
    except BaseException as error:
        flight.set_exception(error)
        raise
    else:
        flight.set_result(answer)
        return answer
    finally:
        with _flights_lock:
            _flights.pop(name, None)


def forget_memory() -> None:
    """As in a new process."""
    global _memory_bytes, _caught_up_at  # noqa: PLW0603
    with _memory_lock:
        _memory.clear()
        _memory_bytes = 0
    _caught_up_at = 0.0
    _settings.cache_clear()
    fingerprints.forget()


@once
def _settings() -> str:
    said = "\n".join(f"{name}={getattr(settings, name)}" for name in SHOWN)
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _kept_as(name: str) -> str:
    """Where Redis has it."""
    return f"{name}:{_settings()}"


def _built_alone(name: str, check: str, build: Callable[[], tuple[Answer, bool]]) -> Answer:
    """One process builds; the others wait a moment for its answer, and then help themselves."""
    claim = f"building:{_kept_as(name)}"
    claimed = redis_store.claim(claim, b"1", BUILDING_SECONDS)
    give_up = time.monotonic() + WAIT_SECONDS
    while claimed is False and time.monotonic() < give_up:
        time.sleep(LOOK_SECONDS)
        answer, _ = _from_redis(name, stale=False)
        if answer is not None:
            return answer
        claimed = redis_store.claim(claim, b"1", BUILDING_SECONDS)
    try:
        _catch_up()
        moment, fingerprint, started = stamps.now(), fingerprints.take(check), time.monotonic()
        changes = stamps.changes_made_here
        answer, may_keep = build()
        if may_keep and moment is not None and fingerprint is not None:
            tag = stamps.tag_since(moment, answer.keys)
            lifetime = cache.lifetime()
            if tag is not None and lifetime > 0:
                _compress(answer)
                answer.check, answer.tag, answer.fingerprint = check, tag, fingerprint
                answer.expires, answer.true_at, answer.changes = time.time() + lifetime, started, changes
                redis_store.write({_kept_as(name): _packed(answer)}, lifetime)
                _remember(name, answer)
        return answer
    finally:
        if claimed:
            redis_store.remove(claim)


def _looked_at(answer: Answer) -> bool:
    """Whether it is good by its stamps and rows. One thread looks at a time; the others trust it for a moment more."""
    if not answer.looking.acquire(blocking=False):
        recent = time.monotonic() - answer.true_at < GRACE_SECONDS
        if recent and answer.changes == stamps.changes_made_here:
            return True
        answer.looking.acquire()
    try:
        now = time.monotonic()
        if answer.changes == stamps.changes_made_here and now - answer.true_at < TRUSTED_SECONDS:
            return True
        return _is_good(answer)
    finally:
        answer.looking.release()


def _is_good(answer: Answer) -> bool:
    _catch_up()
    started, changes = time.monotonic(), stamps.changes_made_here
    tag, _ = stamps.read(answer.keys)
    if tag != answer.tag or time.time() >= answer.expires or not cache.is_true(answer.check, answer.fingerprint):
        return False
    answer.true_at, answer.changes = started, changes
    return True


def _catch_up() -> None:
    """Changes that came in past the shop are noted by the database: while they are few they are forgotten before
    anything is given. All threads of the process wait here for the one that does it."""
    global _caught_up_at  # noqa: PLW0603
    if time.monotonic() - _caught_up_at < CATCH_UP_SECONDS:
        return
    with _catching_up:
        if time.monotonic() - _caught_up_at < CATCH_UP_SECONDS:
            return
        try:
            freshness.catch_up_if_few()
        except DatabaseError:
            pass  # without the database nothing changes either
        _caught_up_at = time.monotonic()


def _from_redis(name: str, *, stale: bool) -> tuple[Answer | None, str]:
    found = redis_store.read(_kept_as(name))
    if found is None:
        return None, hits.ERROR
    if found[0] is None:
        return None, hits.STALE if stale else hits.MISS
    answer = _unpacked(found[0])
    if not _is_good(answer):
        return None, hits.STALE
    _remember(name, answer)
    return answer, hits.HIT


def _remember(name: str, answer: Answer) -> None:
    global _memory_bytes  # noqa: PLW0603
    with _memory_lock:
        old = _memory.pop(name, None)
        _memory_bytes += answer.size - (old.size if old else 0)
        _memory[name] = answer
        while _memory_bytes > settings.READY_MEMORY_BYTES and _memory:
            _, oldest = _memory.popitem(last=False)
            _memory_bytes -= oldest.size


def _drop(name: str, answer: Answer) -> None:
    global _memory_bytes  # noqa: PLW0603
    with _memory_lock:
        if _memory.get(name) is answer:
            del _memory[name]
            _memory_bytes -= answer.size


def _compress(answer: Answer) -> None:
    """Nothing in them is a secret, so their lengths may tell what they like."""
    plain = answer.bodies[""]
    if len(plain) >= COMPRESSED_FROM:
        answer.bodies |= {"br": brotli.compress(plain, quality=5), "gzip": gzip.compress(plain, 6, mtime=0)}


def _packed(answer: Answer) -> bytes:
    head = {
        "status": answer.status,
        "headers": answer.headers,
        "etag": answer.etag,
        "keys": answer.keys,
        "check": answer.check,
        "tag": answer.tag.decode(),
        "fingerprint": answer.fingerprint.decode(),
        "expires": answer.expires,
        "bodies": [(encoding, len(body)) for encoding, body in answer.bodies.items()],
    }
    return orjson.dumps(head) + b"\n" + b"".join(answer.bodies.values())


def _unpacked(packed: bytes) -> Answer:
    line, _, rest = packed.partition(b"\n")
    head = orjson.loads(line)
    bodies, start = {}, 0
    for encoding, length in head.pop("bodies"):
        bodies[encoding] = rest[start : start + length]
        start += length
    head |= {name: head[name].encode() for name in ("tag", "fingerprint")}
    head |= {"keys": tuple(head["keys"]), "headers": [(name, value) for name, value in head["headers"]]}
    return Answer(**head, bodies=bodies)

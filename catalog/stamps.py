"""When was something changed last? A stamp for each key, in Redis, written after the commit of the change.

What was built is kept together with the stamps of what it shows, its tag, and is good while the tag is. Stamps carry
the number of a counter that each change moves on: what was built since a moment is only kept when no stamp is younger.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from core import redis_store

VERSION = 2
WHOLE_CATALOGUE = "catalogue"
NEVER_CHANGED = b"-"
_CLOCK = f"{VERSION}:clock"

# Moves on with every change that this process makes, so that it never trusts its own memory over its own change.
changes_made_here = 0


@dataclass(frozen=True, slots=True)
class Moment:
    clock: int
    whole: bytes


def now() -> Moment | None:
    """Ask before building. None: Redis does not answer, and nothing can be kept."""
    found = redis_store.read(_CLOCK, _name(WHOLE_CATALOGUE))
    if found is None:
        return None
    whole = found[1] or _first_stamp()
    return None if whole is None else Moment(int(found[0] or 0), whole)


def tag_since(moment: Moment, keys: Iterable[str]) -> bytes | None:
    """The tag for what was built since then; None where something it shows has changed meanwhile."""
    stamps = _stamps(keys)
    if stamps is None or stamps[0] != moment.whole or any(_number(stamp) > moment.clock for stamp in stamps):
        return None
    return b",".join(stamps)


def read(keys: Iterable[str], *others: str) -> tuple[bytes | None, list[bytes | None]]:
    """The tag of these keys now, and other values under their names, in one question. No tag: Redis does not answer."""
    keys = tuple(keys)
    found = redis_store.read(*(_name(key) for key in (WHOLE_CATALOGUE, *keys)), *others)
    if found is None:
        return None, [None for _ in others]
    whole = found[0] or _first_stamp()
    stamps = [stamp or NEVER_CHANGED for stamp in found[1 : len(keys) + 1]]
    return None if whole is None else b",".join([whole, *stamps]), found[len(keys) + 1 :]


def write(keys: Iterable[str]) -> bool:
    """These have changed, by now. Returns whether Redis took it: what is lost catalog.fingerprints finds out, of price
    and stock, and whoever has noted the change says it again."""
    number = redis_store.increase(_CLOCK)
    taken = number is not None
    if taken:
        stamps = {key: f"{number}.{secrets.token_hex(8)}".encode() for key in keys}
        whole = stamps.pop(WHOLE_CATALOGUE, None)
        if whole is not None:
            taken = redis_store.write({_name(WHOLE_CATALOGUE): whole}, None)
        # Stamps outlive every entry that could carry an older one.
        taken &= redis_store.write({_name(key): stamp for key, stamp in stamps.items()}, settings.CACHE_SECONDS * 2)
    count_change()
    return taken


def count_change() -> None:
    """This process has changed something."""
    global changes_made_here  # noqa: PLW0603
    changes_made_here += 1


def _stamps(keys: Iterable[str]) -> list[bytes] | None:
    tag, _ = read(keys)
    return None if tag is None else tag.split(b",")


def _first_stamp() -> bytes | None:
    """An emptied Redis has forgotten its stamps, so nothing from before is good any more, in no process's memory."""
    redis_store.claim(_name(WHOLE_CATALOGUE), f"0.{secrets.token_hex(8)}".encode())
    found = redis_store.read(_name(WHOLE_CATALOGUE))
    return found[0] if found else None


def _number(stamp: bytes) -> int:
    return 0 if stamp == NEVER_CHANGED else int(stamp.partition(b".")[0])


def _name(key: str) -> str:
    return f"{VERSION}:stamp:{key}"

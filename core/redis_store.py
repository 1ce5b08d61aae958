"""Plain bytes in the cache's Redis. It may vanish at any moment: no answer is None, and nothing is ever raised."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import redis
from django.conf import settings
from django_redis import get_redis_connection

T = TypeVar("T")


def read(*names: str) -> list[bytes | None] | None:
    """The values, None for each that is not there. None for all: Redis did not answer."""
    return _ask(lambda client: client.mget([_key(name) for name in names]))


def write(values: Mapping[str, bytes], seconds: float | None) -> bool:
    """Whether Redis took them."""

    def send(client: Any) -> bool:
        with client.pipeline(transaction=False) as pipe:
            for name, value in values.items():
                pipe.set(_key(name), value, px=None if seconds is None else max(1, int(seconds * 1000)))
            pipe.execute()
        return True

    return bool(_ask(send))


def claim(name: str, value: bytes, seconds: float | None = None) -> bool | None:
    """Whether `value` is there by our hand: False where another one was. None: Redis did not answer."""
    milliseconds = None if seconds is None else int(seconds * 1000)
    return _ask(lambda client: bool(client.set(_key(name), value, nx=True, px=milliseconds)))


def increase(name: str) -> int | None:
    return _ask(lambda client: int(client.incr(_key(name))))


def remove(name: str) -> None:
    _ask(lambda client: client.delete(_key(name)))


def add_up(name: str, counts: Mapping[str, int], seconds: int) -> None:
    """Adds to the counters under `name`, which live so long after the last of it."""

    def send(client: Any) -> None:
        with client.pipeline(transaction=False) as pipe:
            for field, count in counts.items():
                pipe.hincrby(_key(name), field, count)
            pipe.expire(_key(name), seconds)
            pipe.execute()

    _ask(send)


def sums(name: str) -> dict[str, int]:
    found = _ask(lambda client: client.hgetall(_key(name))) or {}
    return {field.decode(): int(count) for field, count in found.items()}


def _key(name: str) -> str:
    return f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:bytes:{name}"


def _ask(question: Callable[[Any], T]) -> T | None:
    try:
        return question(get_redis_connection("default"))
    except redis.RedisError:
        return None

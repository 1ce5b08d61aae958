"""Connections to Redis that give up quickly: after one time-out this process leaves Redis alone for two seconds.

A frozen Redis costs each request a quarter of a second for each question otherwise. Used by the cache, and so by
sessions, and to ask whether the queue can take a nudge.
"""

import threading
import time
from typing import Any
from urllib.parse import urlsplit

import structlog
from django_redis.pool import ConnectionFactory
from redis import ConnectionError as RedisConnectionError
from redis import TimeoutError as RedisTimeoutError
from redis.backoff import NoBackoff
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection
from redis.retry import Retry

TIMEOUT_SECONDS = 0.25
ALONE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Breaker:
    """One for each server in a process. Open means that nobody asks it but one probe when the time has passed."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._open_until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raises ConnectionError while the server is left alone. The first to come afterwards is let through."""
        if not self._open_until:
            return
        with self._lock:
            now = time.monotonic()
            if now < self._open_until:
                raise RedisConnectionError(f"{self.server} is left alone after a time-out")
            # The others go on waiting until this one has its answer.
            self._open_until = now + 4 * TIMEOUT_SECONDS

    def trip(self) -> None:
        with self._lock:
            if time.monotonic() >= self._open_until:
                log.warning("redis_left_alone", server=self.server, seconds=ALONE_SECONDS)
            self._open_until = time.monotonic() + ALONE_SECONDS

    def close(self) -> None:
        if self._open_until:
            self._open_until = 0.0


_breakers: dict[str, Breaker] = {}


class _Guarded:
    """Mixed into redis-py's connections. A reset connection is tried again once; only silence opens the breaker."""

    _probing = False

    @property
    def breaker(self) -> Breaker:
        server = getattr(self, "path", "") or f"{getattr(self, 'host', '')}:{getattr(self, 'port', '')}"
        return _breakers.setdefault(server, Breaker(server))

    def _connect(self) -> Any:
        self._check()
        try:
            return super()._connect()  # type: ignore[misc]
        except OSError:
            self.breaker.trip()
            raise

    def send_packed_command(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().send_packed_command(*args, **kwargs)  # type: ignore[misc]

    def read_response(self, *args: Any, **kwargs: Any) -> Any:
        try:
            response = super().read_response(*args, **kwargs)  # type: ignore[misc]
        except RedisTimeoutError:
            self._probing = False
            self.breaker.trip()
            raise
        self._probing = False
        self.breaker.close()
        return response

    def _check(self) -> None:
        """A probe sends several commands before its first answer: hello, database, question."""
        if not self._probing:
            breaker = self.breaker
            was_open = bool(breaker._open_until)
            breaker.check()
            self._probing = was_open


class GuardedConnection(_Guarded, Connection):
    pass


class GuardedSSLConnection(_Guarded, SSLConnection):
    pass


class GuardedUnixConnection(_Guarded, UnixDomainSocketConnection):
    pass


CLASSES = {"redis": GuardedConnection, "rediss": GuardedSSLConnection, "unix": GuardedUnixConnection}


class GuardedFactory(ConnectionFactory):
    """Named in settings.CACHES."""

    def get_connection_pool(self, params: dict[str, Any]) -> Any:
        return self.pool_cls.from_url(**params | pool_options(params["url"]))


def pool_options(url: str) -> dict[str, Any]:
    """Arguments for redis-py's connection pool to this address."""
    return {
        "connection_class": CLASSES[urlsplit(url).scheme],
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 1),
    }

"""Handing work to Celery without ever failing, or holding up, the request that caused it.

In a web server a thread talks to the broker, so that no answer waits for it. The first nudge goes at once; those that
come within a moment of it go together, and what several of them asked for is asked for once: a hundred orders a second
need their mails sent, not a hundred messages.
"""

import threading
import time
from queue import SimpleQueue
from typing import Any

import redis
import structlog
from celery import Task
from django.conf import settings
from django.db import connections, transaction

from core import breaker, switches

# So long nobody tries again a broker that did not answer: each try may cost seconds.
AWAY_SECONDS = 15.0
# A broker that answered so lately is not asked again whether it is there.
ALIVE_SECONDS = 1.0
# So long after it has sent something the thread waits for more of the same.
GATHER_SECONDS = 0.2

log = structlog.get_logger(__name__)


class _Broker:
    away_until = 0.0
    alive_until = 0.0


def nudge(task: Task, *args: Any) -> None:
    """Queues `task` once the running transaction has committed.

    Only a nudge: the row that the task will read is already written and a sweeper finds it when the broker is away,
    or this process dies before it is sent, so a failure here is logged and nothing more. Where QUEUE_SYNC is on, the
    work is then done in this process.
    """
    transaction.on_commit(lambda: _apart.take(task, args) if _apart else _send(task, args), robust=True)


def nudge_apart() -> None:
    """From now on this process's nudges are sent by a thread of their own. For web servers."""
    global _apart  # noqa: PLW0603
    _apart = _apart or _Apart()


class _Apart:
    """Its thread starts with the first nudge: a server may have forked since."""

    def __init__(self) -> None:
        self._nudges: SimpleQueue[tuple[Task, tuple[Any, ...]]] = SimpleQueue()
        self._starting = threading.Lock()
        self._started = False

    def take(self, task: Task, args: tuple[Any, ...]) -> None:
        self._nudges.put((task, args))
        with self._starting:
            if not self._started:
                self._started = True
                threading.Thread(target=self._work, name="nudges", daemon=True).start()

    def _work(self) -> None:
        free_at = 0.0
        while True:
            gathered = {self._nudges.get(): None}
            time.sleep(max(0.0, free_at - time.monotonic()))
            while not self._nudges.empty():
                gathered[self._nudges.get()] = None
            for task, args in gathered:
                try:
                    _send(task, args)
                except Exception as error:  # the next ones shall be sent all the same
                    log.warning("nudge_lost", task=task.name, error=str(error))
            connections.close_all()  # QUEUE_SYNC, and work done here, ask the database
            free_at = time.monotonic() + GATHER_SECONDS


_apart: _Apart | None = None


def _send(task: Task, args: tuple[Any, ...]) -> None:
    if time.monotonic() >= _Broker.away_until and _queued(task, args):
        return
    if switches.queue_sync():
        log.warning("done_in_process", task=task.name)
        task.apply(args=args)  # what it raises is in its result, and in the log


def _queued(task: Task, args: tuple[Any, ...]) -> bool:
    try:
        if time.monotonic() >= _Broker.alive_until:
            _ask_broker(settings.CELERY_BROKER_URL)
            _Broker.alive_until = time.monotonic() + ALIVE_SECONDS
        task.apply_async(args=args, retry=False)
    except Exception as error:  # the broker's client raises many kinds, and none may reach the customer
        log.warning("nudge_lost", task=task.name, error=str(error))
        _Broker.away_until, _Broker.alive_until = time.monotonic() + AWAY_SECONDS, 0.0
        return False
    return True


def _ask_broker(url: str) -> None:
    """Raises within a quarter of a second where the broker is frozen: its own client would wait for many."""
    if not url.startswith(tuple(f"{scheme}://" for scheme in breaker.CLASSES)):
        return
    pool = _pools.get(url)
    if pool is None:
        pool = _pools[url] = redis.ConnectionPool.from_url(url, **breaker.pool_options(url))
    redis.Redis(connection_pool=pool).ping()


_pools: dict[str, redis.ConnectionPool] = {}

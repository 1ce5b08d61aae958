"""Many threads that do one thing at the same moment, each on its own connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import TypeVar

from django.db import DatabaseError, connection

from core.errors import ShopError
from tests.running_shop import eventually

R = TypeVar("R")

# Within the shop's own limits a crowd may not be served on a busy machine.
PATIENCE_SECONDS = 60
GATHERED_WITHIN = 20.0


def at_once(tasks: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """What each task returned, or with which word the shop or the database refused it, in order; a mistake of the test
    itself is raised. All start together, once every thread has its connection."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], R]) -> R | Exception:
        try:
            _connect()
            gate.wait(timeout=PATIENCE_SECONDS)
            return task()
        except (ShopError, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def gathering(people: int) -> Callable[[], None]:
    """Where everybody waits until so many have come. In a negative control it stands between looking and writing: so
    many have looked by then, and what the guards forbid is sure to happen. Who prepares it need not wait."""
    come, all_are_here, prepares = count(1), threading.Event(), threading.current_thread()

    def wait() -> None:
        if threading.current_thread() is prepares:
            return
        if next(come) >= people:
            all_are_here.set()
        assert all_are_here.wait(GATHERED_WITHIN), f"fewer than {people} came at once"

    return wait


def behind(task: Callable[[], R]) -> Callable[[], R | Exception]:
    """Starts a task that runs into a lock of the open transaction, and returns once it waits there. What is given back
    tells what it returned or raised, to be asked after the transaction."""
    pool = ThreadPoolExecutor(1)
    backend: Future[int] = Future()

    def run() -> R | Exception:
        try:
            backend.set_result(_connect())
            return task()
        except Exception as error:
            return error
        finally:
            connection.close()

    done = pool.submit(run)
    pool.shutdown(wait=False)
    assert eventually(lambda: waits(backend.result()) or done.done())
    assert not done.done(), "it waited for no lock"
    return done.result


def waits(backend: int) -> bool:
    """Whether another connection, told by its process in the database, stands before a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return bool(cursor.fetchone()[0])


def _connect() -> int:
    """Its process in the database. Nobody gives up because this machine is slow."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'; SET statement_timeout = '{PATIENCE_SECONDS}s'")
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])

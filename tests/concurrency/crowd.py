"""Many threads that do one thing at the same moment, each on its own connection."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import DatabaseError, connection

from core.errors import ShopError

R = TypeVar("R")

WAIT_SECONDS = 2.0


def at_once(tasks: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """What each task returned, or with which word the shop or the database refused it, in order; a mistake of the test
    itself is raised. All start together, once every thread has its connection."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], R]) -> R | Exception:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return task()
        except (ShopError, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def behind(task: Callable[[], R]) -> Callable[[], R | Exception]:
    """Starts a task that runs into a lock of the open transaction, and returns once it waits there. What is given back
    tells what it returned or raised, to be asked after the transaction."""
    pool = ThreadPoolExecutor(1)
    backend: Future[int] = Future()

    def run() -> R | Exception:
        try:
            connection.ensure_connection()
            backend.set_result(connection.connection.info.backend_pid)
            return task()
        except Exception as error:
            return error
        finally:
            connection.close()

    done = pool.submit(run)
    pool.shutdown(wait=False)
    give_up = time.monotonic() + WAIT_SECONDS
    while not _waits(backend.result()) and not done.done() and time.monotonic() < give_up:
        time.sleep(0.01)
    assert not done.done(), "it waited for no lock"
    return done.result


def _waits(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return bool(cursor.fetchone()[0])

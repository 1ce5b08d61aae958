"""Many threads that do one thing at the same moment, each on its own connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

R = TypeVar("R")


def at_once(tasks: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """What each task returned or raised, in order. All start together, once every thread has its connection."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], R]) -> R | Exception:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return task()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))

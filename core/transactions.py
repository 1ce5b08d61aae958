"""One helper for transactions that take locks: tried again, whole, when the database broke a tie against us."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction
from psycopg import errors as pg

from core.errors import Busy

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4
TRANSIENT = (pg.DeadlockDetected, pg.LockNotAvailable, pg.SerializationFailure)

log = structlog.get_logger(__name__)


def in_transaction(workflow: Callable[P, R]) -> Callable[P, R]:
    """Runs `workflow` in a transaction of its own, up to four times while it meets deadlocks or lock time-outs.

    Inside a transaction that is already open it only joins it, for then the whole is the outermost caller's to repeat.
    Raises `Busy` when the last try failed in the same way; nothing has been changed then.
    """

    @wraps(workflow)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return workflow(*args, **kwargs)
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return workflow(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, TRANSIENT):
                    raise
                log.warning("transaction_retried", workflow=workflow.__qualname__, attempt=attempt, cause=str(error))
                if attempt < TRIES:
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        raise Busy("The shop is very busy with these items just now. Nothing was changed: try again in a moment.")

    return run

"""Handing work to Celery without ever failing the request that caused it."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction

log = structlog.get_logger(__name__)


def nudge(task: Task, *args: Any) -> None:
    """Queues `task` once the running transaction has committed.

    Only a nudge: the row that the task will read is already written and a sweeper finds it when the broker is away,
    so a failure here is logged and nothing more.
    """

    def send() -> None:
        try:
            task.apply_async(args=args, retry=False)
        except Exception as error:  # the broker's client raises many kinds, and none may reach the customer
            log.warning("nudge_lost", task=task.name, error=str(error))

    transaction.on_commit(send, robust=True)

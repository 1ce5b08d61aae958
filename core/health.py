"""Is the shop fit to serve? Each part is asked quickly, and named in the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_celery_results.models import TaskResult

TIMEOUT_SECONDS = 0.5
# The timetable runs something every 20 seconds: this long without one finished task means no worker or no beat.
WORKERS_SILENT_AFTER = timedelta(minutes=3)

_migrated = False


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that the shop stands on. Without a vital one it cannot serve; without another it is only slower."""

    name: str
    vital: bool
    problem: str

    @property
    def ok(self) -> bool:
        return not self.problem


def report(**more: Callable[[], str]) -> list[Part]:
    """Asks every part. What depends on the database is not asked when the database is away.

    `more` are parts of higher floors by their names, none of them vital: what each asks the database, and complains of.
    """
    database = Part("database", True, _problem_of(_ask_database))
    parts = [database]
    if database.ok:
        parts.append(Part("migrations", True, _problem_of(_ask_migrations)))
        parts.append(Part("workers", False, _problem_of(_ask_workers)))
        parts += [Part(name, False, _problem_of(ask)) for name, ask in more.items()]
    parts.append(Part("cache", False, _problem_of(lambda: _ask_redis(settings.REDIS_URL))))
    parts.append(Part("queue", False, _problem_of(lambda: _ask_redis(settings.CELERY_BROKER_URL))))
    return parts


def redis_client(url: str) -> redis.Redis:
    """A client that gives up within half a second, for questions that must not hang."""
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)


def _problem_of(ask: Callable[[], str]) -> str:
    """What `ask` complains of. Its errors are told by kind only: their texts may hold addresses and passwords."""
    try:
        return ask()
    except (DatabaseError, redis.RedisError) as error:
        return f"{type(error).__name__}: no usable answer"


def _ask_database() -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1s'")
        cursor.execute("SELECT 1")
    return ""


def _ask_migrations() -> str:
    """Reads the migrations from disk, so a good answer is kept: neither this process's code nor the past changes."""
    global _migrated  # noqa: PLW0603
    if not _migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return f"{len(missing)} migrations are not applied: run manage.py migrate"
        _migrated = True
    return ""


def _ask_workers() -> str:
    latest = TaskResult.objects.order_by("-date_done").values_list("date_done", flat=True).first()
    if latest is None:
        return "no task has finished yet"
    silent = timezone.now() - latest
    return f"no task has finished for {silent // timedelta(minutes=1)} minutes" if silent > WORKERS_SILENT_AFTER else ""


def _ask_redis(url: str) -> str:
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return ""
    with redis_client(url) as client:
        client.ping()
    return ""

"""A deploy makes its indexes while customers buy, and one that failed can be tried again."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres import operations
from django.db import OperationalError, connection, connections, models, transaction
from django.db.migrations.state import ProjectState

from core.concurrently import AddIndexConcurrently
from tests.factories import ColourFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
NAME = "colour_hex_made_online"
PATIENCE = 0.2
"""How long the session waits for a lock, in seconds."""
FAR_TOO_LONG = 60.0


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")
        cursor.execute("RESET lock_timeout")


def make(operation: type[Any]) -> None:
    """With a patience that is shorter than the longest transaction."""
    made = operation("colour", models.Index(fields=["hex"], name=NAME))
    before = ProjectState.from_apps(apps)
    after = before.clone()
    made.state_forwards("catalog", after)
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{int(PATIENCE * 1000)}ms'")
    with connection.schema_editor(atomic=False) as editor:
        made.database_forwards("catalog", editor, before, after)


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        # A transaction goes on seeing the activity that it saw first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%')"
        )
        return bool(cursor.fetchone()[0])


def beside_a_long_transaction(operation: type[Any]) -> None:
    """The transaction ends with the making, or once it was waited for longer than the patience."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                ColourFactory()
                begun.set()
                latest = time.monotonic() + FAR_TOO_LONG
                while time.monotonic() < latest and not done.wait(PATIENCE / 10):
                    if someone_waits():
                        done.wait(PATIENCE * 5)
                        break
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(FAR_TOO_LONG)
    try:
        make(operation)
    finally:
        done.set()
        thread.join()


def is_valid() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [NAME])
        return bool(cursor.fetchone()[0])


def test_it_waits_for_whoever_writes() -> None:
    beside_a_long_transaction(AddIndexConcurrently)
    assert is_valid()


def test_djangos_own_would_give_up_and_this_one_mends_what_that_leaves() -> None:
    """The negative control."""
    with pytest.raises(OperationalError, match="lock timeout"):
        beside_a_long_transaction(operations.AddIndexConcurrently)
    assert not is_valid()
    make(AddIndexConcurrently)
    assert is_valid()

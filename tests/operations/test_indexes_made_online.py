"""A deploy makes its indexes while customers buy, and one that failed can be tried again."""

import threading
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
SECONDS = 1.0


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
        cursor.execute("SET lock_timeout = '200ms'")
    with connection.schema_editor(atomic=False) as editor:
        made.database_forwards("catalog", editor, before, after)


def beside_a_long_transaction(operation: type[Any]) -> None:
    begun = threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                ColourFactory()
                begun.set()
                done.wait(SECONDS)
        finally:
            connections.close_all()

    done = threading.Event()
    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
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

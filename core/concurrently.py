"""Indexes that are made beside the running shop, however busy it is and however often it takes."""

from typing import Any

from django.contrib.postgres import operations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

BROKEN = "SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"
LIMITS = ("lock_timeout", "statement_timeout")


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's, without the limits of a request. PostgreSQL waits here for every transaction that runs; after the three
    seconds of lock_timeout it would give up, and leave a broken index over which the next try would stumble.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for limit in LIMITS:
            schema_editor.execute(f"SET {limit} = 0")
        try:
            self._drop_broken(schema_editor)
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            for limit in LIMITS:
                schema_editor.execute(f"RESET {limit}")

    def _drop_broken(self, schema_editor: Any) -> None:
        name = schema_editor.quote_name(self.index.name)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(BROKEN, [name])
            is_broken = cursor.fetchone() is not None
        if is_broken:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")

"""Whether every table is as this code wants it: what is made anew after a migration waits until then."""

from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def is_whole(using: str) -> bool:
    """False after a migration that was told to stop half way."""
    executor = MigrationExecutor(connections[using])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())

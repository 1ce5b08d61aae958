"""After a test that committed, the tables that it wrote to are emptied, and no others.

Django truncates all of them, which takes a file for each table and index, and then notes anew which permissions there
are: most of the time that such a test takes.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

# What migrations made for good.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_what_was_written(self: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [table for (table,) in cursor.fetchall() if table not in KEPT]
        looks = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        cursor.execute(" UNION ALL ".join(looks))
        written = [table for (table,) in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")  # ledgers refuse it, and keys the order
        for table in written:
            cursor.execute(f"DELETE FROM {table}")


def install() -> None:
    TransactionTestCase._fixture_teardown = empty_what_was_written  # type: ignore[attr-defined]

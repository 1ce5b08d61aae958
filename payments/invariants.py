"""What must always hold: a file of payments/rules for each rule, joined into the view `invariant_violations`.

A view holds no data, so it is not migrated but made anew from its files after the tables have been: it is always that
of this code. A rule is a SELECT of (rule, subject, detail), with a row for each breach.
"""

from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.migrated import is_whole

RULES = Path(__file__).resolve().parent / "rules"


def remove(sender: AppConfig, using: str, plan: list[Any], **kwargs: Any) -> None:
    """Before a migration: PostgreSQL changes no column that a view reads. Listens to pre_migrate."""
    if plan:
        _execute(connections[using], "DROP VIEW IF EXISTS invariant_violations")


def install(sender: AppConfig, using: str, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """After a migration, unless it stopped half way, where tables are missing. Listens to post_migrate.

    Emptying a database, as tests do, sends this signal too, with no plan; the view is there already then.
    """
    if plan is None:
        return
    if is_whole(using):
        _execute(
            connections[using], f"CREATE OR REPLACE VIEW invariant_violations (rule, subject, detail) AS\n{_rules()}"
        )


def _rules() -> str:
    return "\nUNION ALL\n".join(path.read_text() for path in sorted(RULES.glob("*.sql")))


def _execute(connection: BaseDatabaseWrapper, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)

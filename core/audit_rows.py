"""What staff changed of prices, refunds, roles and settings: before and after, written by the database itself.

A trigger writes the row in the transaction of the change, so that no way to make one (form, list, sheet, command, psql)
goes without. Who made it is told by a comment in front of the statement: it costs no query, and stays with the
statement whichever connection a pooler gives it. Without one it was the shop itself, or somebody at its database.
Of stock the ledger says the same (catalog.models.StockMovement).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.migrations import RunSQL

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")

TRIGGERS = """
CREATE TRIGGER audit_new AFTER INSERT ON {table} FOR EACH ROW WHEN ({new})
    EXECUTE FUNCTION write_audit_row({arguments});
CREATE TRIGGER audit_changed AFTER UPDATE ON {table} FOR EACH ROW WHEN (({old_values}) IS DISTINCT FROM ({new_values}))
    EXECUTE FUNCTION write_audit_row({arguments});
CREATE TRIGGER audit_gone AFTER DELETE ON {table} FOR EACH ROW
    EXECUTE FUNCTION write_audit_row({arguments});
"""
FIRST_ROWS = """
INSERT INTO core_auditrow (kind, source, row_id, after)
    SELECT '{kind}', '{table}', row_of.{key}, columns_of(in_utc(row_of), '{{{columns}}}')
    FROM {table} row_of WHERE {present};
"""
# Of rows that have their first: one that says that there is more of them now, for the next to begin where it ends.
MORE_COLUMNS = """
INSERT INTO core_auditrow (kind, source, row_id, before, after)
    SELECT '{kind}', '{table}', last.row_id, last.after, columns_of(in_utc(row_of), '{{{columns}}}')
    FROM {table} row_of
    JOIN LATERAL (
        SELECT row_id, after FROM core_auditrow WHERE source = '{table}' AND row_id = row_of.{key}::text
        ORDER BY id DESC LIMIT 1
    ) last ON true;
"""
NO_TRIGGERS = """
DROP TRIGGER audit_new ON {table};
DROP TRIGGER audit_changed ON {table};
DROP TRIGGER audit_gone ON {table};
"""


@contextmanager
def made_by(person_id: int | None) -> Iterator[None]:
    """What is written inside is the work of this person: of staff, for nobody else's changes are looked up here."""
    if person_id is None:
        yield
        return
    sign = f"/* by {int(person_id)} */ "

    def signed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if isinstance(sql, str) and sql.lstrip().upper().startswith(WRITES):
            sql = sign + sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(signed):
        yield


def audited(kind: str, table: str, columns: str, *, key: str = "id", worth: str = "") -> RunSQL:
    """For a migration: from now on every change of these columns has its row, and what there is has its first.

    `worth` is a condition on columns of `{0}` without which a new row is not worth one, such as a customer's among
    accounts. The rule payments/rules/every_change_by_staff_has_its_row.sql is told of the table as well.
    """
    parts = _parts(kind, table, columns, key, worth)
    return RunSQL((TRIGGERS + FIRST_ROWS).format(**parts), NO_TRIGGERS.format(**parts))


def audited_more(kind: str, table: str, columns: str, *, key: str = "id") -> RunSQL:
    """For a migration that adds to a table that is `audited`: all its audited columns, those of before and the new."""
    parts = _parts(kind, table, columns, key, "")
    return RunSQL((NO_TRIGGERS + TRIGGERS + MORE_COLUMNS).format(**parts), RunSQL.noop)


def _parts(kind: str, table: str, columns: str, key: str, worth: str) -> dict[str, str]:
    names = columns.split()
    return {
        "table": table,
        "kind": kind,
        "key": key,
        "columns": ",".join(names),
        "arguments": ", ".join(f"'{argument}'" for argument in (kind, key, *names)),
        "old_values": ", ".join(f"OLD.{name}" for name in names),
        "new_values": ", ".join(f"NEW.{name}" for name in names),
        "new": worth.format("NEW") or "true",
        "present": worth.format("row_of") or "true",
    }

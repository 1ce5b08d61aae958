"""What the start of the shop asks the database, without Django, whose own question costs seconds."""

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from devtools.surroundings import PROJECT

_APPLIED = "SELECT md5(string_agg(app || '.' || name, ',' ORDER BY app, name)) FROM django_migrations"
_NOTE = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"


def is_current(url: str) -> bool:
    """Whether the last `note_current` is still true: same migrations on disk, same packages, same rows applied."""
    try:
        with psycopg.connect(url) as connection:
            applied = connection.execute(_APPLIED).fetchone()
            return connection.execute(_NOTE).fetchone() == (_note(applied),)
    except psycopg.errors.UndefinedTable:
        return False


def note_current(url: str) -> None:
    """Remember in the database itself, as its comment, that nothing is left to migrate."""
    with psycopg.connect(url) as connection:
        note = _note(connection.execute(_APPLIED).fetchone())
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(note)))


def is_stocked(url: str) -> bool:
    """Whether anything is for sale."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT EXISTS (SELECT FROM catalog_product)").fetchone() == (True,)


def _note(applied: tuple[object, ...] | None) -> str:
    seen = hashlib.sha256((PROJECT / "requirements-local.txt").read_bytes())
    for migration in sorted(map(_name, PROJECT.glob("*/migrations/*.py"))):
        seen.update(migration.encode())
    return f"migrated: {seen.hexdigest()[:32]} {applied}"


def _name(migration: Path) -> str:
    return f"{migration.parts[-3]}.{migration.stem}"

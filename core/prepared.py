"""Statements whose SQL is written once, and planned once by each connection. Django writes it anew each time, and
PostgreSQL then plans it anew, each of which costs more than to run it; and an order is some fifteen of them.

A query stays one of the models all the same: what it loads is read where it is defined, and `priced()` is `priced()`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, cached_property, lru_cache
from itertools import count
from types import NoneType
from typing import Any, Generic, NamedTuple, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorDebugWrapper
from django.db.models import BooleanField, Expression, Func, JSONField, Model, QuerySet
from django.db.models.query import get_related_populators
from django_prometheus.db import errors_total, execute_total, query_duration_seconds
from psycopg import sql as literals
from psycopg.types.numeric import Int8

M = TypeVar("M", bound=Model)


class Given(Expression):
    """In such a query: a value that comes with each call, under this name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class IsOneOf(Func):
    """`IsOneOf("pk", Given("sizes"))`, for a list that is another each time."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Prepared(Generic[M]):
    """`Prepared(lambda: Bag.objects.filter(token=Given("token")))`, then `.all(token="...")`.

    Gives what the queryset would: related and deferred columns and annotations included, prefetched rows not.
    """

    def __init__(self, define: Callable[[], QuerySet[M]], *, keeps_plan: bool = True) -> None:
        self._define = define
        self._keeps_plan = keeps_plan

    def all(self, **given: Any) -> list[M]:
        rows = _rows(self._written.sql, self._written.values(given), keeps_plan=self._keeps_plan)
        return [self._written.row_of(row) for row in rows]

    def first(self, **given: Any) -> M | None:
        found = self.all(**given)
        return found[0] if found else None

    @cached_property
    def _written(self) -> "_Written[M]":
        compiler = self._define().query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        info: Any = compiler.klass_info
        columns = info["select_fields"]
        return _Written(
            _with_constants(sql, params),
            [param.name for param in params if isinstance(param, Given)],
            info["model"],
            slice(columns[0], columns[-1] + 1),
            [compiler.select[index][0].target.attname for index in columns],
            get_related_populators(info, compiler.select, connection.alias),  # type: ignore[call-arg]
            dict(compiler.annotation_col_map or {}),
            compiler.get_converters([chosen[0] for chosen in compiler.select[: compiler.col_count]]),
        )


class _Written(NamedTuple, Generic[M]):
    sql: str
    params: list[str]
    model: type[M]
    own: slice
    names: list[str]
    related: list[Any]
    annotations: dict[str, int]
    converters: dict[int, tuple[list[Any], Any]]

    def values(self, given: dict[str, Any]) -> list[Any]:
        return [given[name] for name in self.params]

    def row_of(self, row: Sequence[Any]) -> M:
        if self.converters:
            row = list(row)
            for position, (convert, expression) in self.converters.items():
                for converter in convert:
                    row[position] = converter(row[position], expression, connection)
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, found)
        for name, position in self.annotations.items():
            setattr(found, name, row[position])
        return found


def _with_constants(sql: str, params: Sequence[Any]) -> str:
    """What is the same in every call stands in the text: only so may its plan use an index of a part of the rows."""
    rest = iter(params)

    def put(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return "%%"
        param = next(rest)
        if isinstance(param, Given):
            return "%s"
        return literals.Literal(param).as_string(connection.connection).replace("%", "%%")

    connection.ensure_connection()
    return re.sub("%%|%s", put, sql)


def write(rows: Sequence[M], on_conflict: str = "") -> None:
    """Inserts rows of one model in one statement, as bulk_create does, and fills in the columns the database made."""
    if not rows:
        return
    model = type(rows[0])
    table = _table_of(model)
    own = connections[DEFAULT_DB_ALIAS]
    values = [
        value if is_plain and type(value) in _AS_THEY_ARE else field.get_db_prep_save(value, own)
        for row in rows
        for field, is_plain in table.written
        for value in (field.pre_save(row, True),)
    ]
    marks = ", ".join([table.marks] * len(rows))
    statement = f"{table.insert} {marks} {on_conflict} {table.returning}"
    for row, made in zip(rows, _rows(statement, values), strict=True):
        for name, value in zip(table.made, made, strict=True):
            setattr(row, name, value)
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


# Of these a column takes the value itself; asking its field to prepare each takes longer than to send it.
_AS_THEY_ARE = {str, int, bool, datetime, NoneType}


class _Table(NamedTuple):
    written: list[tuple[Any, bool]]
    made: list[str]
    insert: str
    marks: str
    returning: str


_tables: dict[type[Model], _Table] = {}


def _table_of(model: type[Model]) -> _Table:
    table = _tables.get(model)
    if table is None:
        fields = model._meta.concrete_fields
        made = [field for field in fields if field.db_returning and not field.has_default()]
        written = [field for field in fields if field not in made]
        name = connection.ops.quote_name
        table = _tables[model] = _Table(
            [(field, not isinstance(field, JSONField)) for field in written],
            [field.attname for field in made],
            f"INSERT INTO {name(model._meta.db_table)} ({', '.join(map(name, _columns(written)))}) VALUES",
            f"({', '.join(['%s'] * len(written))})",
            f"RETURNING {', '.join(map(name, _columns(made)))}",
        )
    return table


def _columns(fields: Iterable[Any]) -> list[str]:
    return [field.column for field in fields]


def run(sql: str, values: Iterable[Any]) -> int:
    """A statement of one's own. Returns how many rows it changed."""
    with _cursor() as cursor:
        cursor.execute(_numbered(sql), _wide(values))
        return int(cursor.rowcount)


def read(sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """What a query of one's own gives."""
    return _rows(sql, list(values))


def _rows(sql: str, values: list[Any], *, keeps_plan: bool = True) -> list[tuple[Any, ...]]:
    with _cursor(_Planned if keeps_plan else _Unplanned) as cursor:
        cursor.execute(_numbered(sql), _wide(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    """With $1 for the first %s: psycopg would look for these in every call."""
    numbers = count(1)
    return re.sub("%%|%s", lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}", sql)


class _Planned(psycopg.RawCursor[Any]):
    """Values travel beside the text, so that its plan can be kept; Django's cursors write them into it. Where no plans
    are kept, behind a pooler, this one plans anew too (settings.DATABASES). Counted as django-prometheus counts."""

    keeps_plan = True

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        executed, seconds = _meters()
        executed.inc()
        try:
            with seconds.time():
                return super().execute(query, params, prepare=self.keeps_plan)
        except psycopg.Error as error:
            errors_total.labels(*_database, type(error).__name__).inc()
            raise


class _Unplanned(_Planned):
    keeps_plan = False


_database = (connection.alias, connection.vendor)


@cache
def _meters() -> tuple[Any, Any]:
    """Not before the first statement: their files lie in a folder that a command may start without."""
    return execute_total.labels(*_database), query_duration_seconds.labels(*_database)


def _cursor(kind: type[_Planned] = _Planned) -> Any:
    own: Any = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    cursor = kind(own.connection)
    return _Logged(cursor, own) if own.queries_logged else own.make_cursor(cursor)


class _Logged(CursorDebugWrapper):
    """Where statements are counted: their text, for the values are not in it."""

    def debug_sql(self, sql: Any = None, params: Any = None, *how: Any, **many: Any) -> Any:
        return super().debug_sql(sql, params)


def _wide(values: Iterable[Any]) -> list[Any]:
    """Numbers of one type, however small: each set of types is planned for itself."""
    return [_wide(value) if type(value) is list else Int8(value) if type(value) is int else value for value in values]

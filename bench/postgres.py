"""The yardstick of an order: the rows that the shop writes for one, written by bare psycopg in a durable transaction.

The rows are copies of the last order that the shop placed, so both write the same columns, whatever the schema becomes.
"""

import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from bench.load import Result

SECONDS = 2.0
Values = dict[str, Any]
Connection = psycopg.Connection[Any]


def analyze(url: str) -> None:
    """The tables are not empty any more: what autovacuum tells the planner within a minute."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


class Transactions:
    """`run` writes orders for a fixed time from several threads, each with its own connection."""

    def __init__(self, url: str, threads: int) -> None:
        self._connections = [psycopg.connect(url) for _ in range(threads)]
        self._samples = _Samples(self._connections[0])
        self._lock = threading.Lock()

    def __enter__(self) -> "Transactions":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._connections:
            connection.close()

    def run(self, baskets: list[list[int]]) -> Result:
        """`baskets` are ids of sizes, taken in turn."""
        several = cycle(baskets)
        result = Result()
        started = time.perf_counter()
        with ThreadPoolExecutor(len(self._connections)) as pool:
            for latencies in pool.map(lambda one: self._write(one, several, started + SECONDS), self._connections):
                result.latencies += latencies
        result.seconds = time.perf_counter() - started
        result.statuses[201] = len(result.latencies)
        return result

    def _write(self, connection: Connection, baskets: Iterator[list[int]], until: float) -> list[float]:
        latencies = []
        while time.perf_counter() < until:
            with self._lock:
                basket = next(baskets)
            began = time.perf_counter()
            with connection.transaction():
                self._samples.write(connection, sorted(basket))
            latencies.append(time.perf_counter() - began)
        return latencies


class _Samples:
    """One order of the shop, to be written again and again."""

    def __init__(self, connection: Connection) -> None:
        with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
            self.order = _last(cursor, "orders_order", without={"id", "number", "bag_id"})
            number = self.order.pop("pk_of_sample")
            self.line = _last(cursor, "orders_orderline", without={"id"}, order=number)
            self.reservation = _last(cursor, "orders_reservation", without={"id"}, order=number)
            self.event = _last(cursor, "orders_orderevent", without={"id"}, order=number)
            self.mail = _last(cursor, "mailing_outgoingmail", without={"id"})
        for row in (self.line, self.reservation, self.event, self.mail):
            del row["pk_of_sample"]

    def write(self, connection: Connection, sizes: list[int]) -> None:
        """Bag, order, lines, event, mail, then, last, the stock: lock, guarded update, reservations."""
        run = connection.execute
        bag = _insert(connection, "orders_bag", [self._bag()])
        order_row = {**self.order, "token": secrets.token_urlsafe(24), "bag_id": bag}
        order = _insert(connection, "orders_order", [order_row])
        lines = [{**self.line, "order_id": order, "variant_size_id": size} for size in sizes]
        _insert(connection, "orders_orderline", lines)
        _insert(connection, "orders_orderevent", [{**self.event, "order_id": order}])
        _insert(connection, "mailing_outgoingmail", [{**self.mail, "key": uuid.uuid4(), "about": f"order/{order}"}])
        run("SELECT id FROM catalog_variantsize WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sizes])
        run(
            "UPDATE catalog_variantsize SET reserved = reserved + 1"
            " WHERE id = ANY(%s) AND active AND on_hand > reserved",
            [sizes],
        )
        reservations = [{**self.reservation, "order_id": order, "variant_size_id": size} for size in sizes]
        _insert(connection, "orders_reservation", reservations)

    def _bag(self) -> Values:
        """Inserted rather than updated, which costs no less and needs no supply of bags."""
        placed = self.order["placed_at"]
        return {"token": secrets.token_urlsafe(24), "state": "ordered", "created_at": placed, "updated_at": placed}


def _last(cursor: "psycopg.Cursor[Values]", table: str, *, without: set[str], order: int | None = None) -> Values:
    condition = sql.SQL("") if order is None else sql.SQL("WHERE order_id = {}").format(order)
    query = sql.SQL("SELECT * FROM {} {} ORDER BY id DESC LIMIT 1").format(sql.Identifier(table), condition)
    row = cursor.execute(query).fetchone()
    assert row is not None
    kept = {name: Jsonb(value) if isinstance(value, list | dict) else value for name, value in row.items()}
    return {name: value for name, value in kept.items() if name not in without} | {"pk_of_sample": row["id"]}


def _insert(connection: Connection, table: str, rows: list[Values]) -> int:
    """One statement for all rows; psycopg prepares it when it has come a few times. Returns the first id."""
    columns = list(rows[0])
    row = f"({', '.join(['%s'] * len(columns))})"
    query = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * len(rows))} RETURNING id"
    inserted = connection.execute(query, [value for values in rows for value in values.values()]).fetchone()
    assert inserted is not None
    return int(inserted[0])

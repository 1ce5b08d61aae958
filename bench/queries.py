"""What each path asks the database: how many queries, and the slowest. Runs in a process that has the shop loaded."""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

REPEATS = 15
Statement = tuple[str, float]  # SQL and milliseconds


def page_statements(paths: list[str]) -> None:
    """Prints, as JSON, path to its statements."""
    client = Client()
    found = {path: _typical(lambda path=path: client.get(path)) for path in paths}  # type: ignore[misc]
    json.dump(found, sys.stdout)


def order_statements(skus: list[str], asked: dict[str, Any]) -> None:
    """Prints, as JSON, the statements of POST orders/ for a bag of these sizes."""
    client = Client()
    bags = iter([_bag(client, skus) for _ in range(REPEATS + 1)])
    json.dump(_typical(lambda: _post(client, "/api/v1/orders/", {**asked, "bag": next(bags)})), sys.stdout)


def _bag(client: Client, skus: list[str]) -> str:
    token: str = _post(client, "/api/v1/bags/", {}).json()["token"]
    for sku in skus:
        _post(client, f"/api/v1/bags/{token}/lines/", {"sku": sku, "quantity": 1})
    return token


def _post(client: Client, path: str, body: object) -> Any:
    answer = client.post(path, json.dumps(body), content_type="application/json")
    if answer.status_code != 201:
        raise SystemExit(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
    return answer


def _typical(ask: Callable[[], object]) -> list[Statement]:
    """The statements of one request, each with its median time; a first request, which loads modules, is left out."""
    ask()
    runs = [_statements(ask) for _ in range(REPEATS)]
    return [(same[0][0], median(milliseconds for _, milliseconds in same)) for same in zip(*runs, strict=True)]


def _statements(ask: Callable[[], object]) -> list[Statement]:
    seen: list[Statement] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append((sql, (time.perf_counter() - started) * 1000))

    with connection.execute_wrapper(watch):
        ask()
    return seen

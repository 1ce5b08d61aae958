"""One shop in a process of its own, asked for a page a line: `fill 0 1000`, or the name of a page of PAGES.

Answers with a line of JSON each. The cache is off.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - models need a Django that is set up
from django.test import Client  # noqa: E402

from bench.catalogue.fill import fill  # noqa: E402
from bench.catalogue.pages import PAGES  # noqa: E402
from catalog import browse  # noqa: E402

REPEATS = 40


@dataclass(frozen=True)
class Measured:
    median_ms: float
    p95_ms: float
    queries: int
    slowest_ms: float


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(_answer(line.strip())), flush=True)


def _answer(asked: str) -> Any:
    if not asked.startswith("fill "):
        return asdict(_measure(_address(PAGES[asked])))
    first, end = map(int, asked.split()[1:])
    started = time.monotonic()
    fill(first, end)
    return time.monotonic() - started


def _address(page: str) -> str:
    rows = browse.ListingRow.objects.order_by("sold_out", "by_newest", "product_id")
    count = rows.count()
    row = rows[int(count * 0.9)]
    place = browse.Place("new", row.sold_out, row.by_newest, row.pk)
    slug = browse.ListingRow.objects.select_related("product").get(pk=count // 2).product.slug
    return page.format(place=place, slug=slug)


def _measure(path: str) -> Measured:
    client = Client()
    times, statements = [], []
    for _ in range(REPEATS + 2):
        seen: list[float] = []
        with connection.execute_wrapper(_watch(seen)):
            started = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        statements.append(seen)
    times, statements = times[2:], statements[2:]  # modules are loaded and plans are made in the first two
    slowest = max(median(column) for column in zip(*statements, strict=True))
    return Measured(median(times), quantiles(times, n=20)[-1], len(statements[0]), slowest)


def _watch(seen: list[float]) -> Callable[..., Any]:
    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append((time.perf_counter() - started) * 1000)

    return watch


if __name__ == "__main__":
    main()

"""Asks for the same pages of a small and of a large catalogue, without the cache, and compares."""

import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - models need a Django that is set up
from django.test import Client  # noqa: E402

from bench.catalogue.fill import fill  # noqa: E402
from catalog import browse  # noqa: E402

SMALL, LARGE = 1_000, 100_000
REPEATS = 40
RESULTS = Path(__file__).parent.with_name("CATALOGUE.md")
LIMIT_MS, LIMIT_GROWTH, LIMIT_STATEMENT_MS = 200.0, 3.0, 50.0

PAGES = {
    "home": "/",
    "whole shop, newest": "/shop/",
    "whole shop, cheapest": "/shop/?sort=price",
    "category with its facets": "/c/gymwear/",
    "category, best selling": "/c/gymwear/?sort=best",
    "colour, size, in stock": "/c/gymwear/?colour=black&size=M&in_stock=1",
    "common colour, whole shop": "/shop/?colour=black&colour=white&gender=men",
    "rare: new, in a price range": "/shop/?new=1&min_price=9000&max_price=9500",
    "page 40": "/shop/?page=40",
    "behind nine tenths": "/shop/?after={place}",
    "search, common word": "/search/?q=boxer",
    "search, two words": "/search/?q=velvet+legging",
    "search, rare word": "/search/?q=zephyr2",
    "search with filters, cheapest": "/search/?q=boxer&colour=black&size=L&sort=price",
    "search with a slip": "/search/?q=legginq+velvett",
    "search, nothing whole matches": "/search/?q=zephyr2+ankara+velvet",
    "suggestions, two letters": "/search/suggestions/?q=bo",
    "suggestions, a word": "/search/suggestions/?q=velvet+leg",
    "product": "/products/{slug}/",
    "API list": "/api/v1/products/?category=gymwear&colour=black",
    "API search": "/api/v1/products/?q=legging",
}


@dataclass(frozen=True)
class Measured:
    median_ms: float
    p95_ms: float
    queries: int
    slowest_ms: float


def main() -> None:
    measured: dict[int, dict[str, Measured]] = {}
    filled: dict[int, float] = {}
    first = 0
    for count in (SMALL, int(sys.argv[1]) if len(sys.argv) > 1 else LARGE):
        started = time.monotonic()
        fill(first, count)
        filled[count] = time.monotonic() - started
        print(f"{count:,} products stand after {filled[count]:.0f} s", flush=True)
        measured[count] = {name: _measure(path) for name, path in _paths(count).items()}
        first = count
    small, large = measured
    lines = _lines(measured[small], measured[large])
    notes = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, Django {django.get_version()}, "
        f"PostgreSQL {connection.pg_version // 10_000}; one request at a time in one process, the cache off; "
        f"load average {os.getloadavg()[0]:.1f}",
        f"COPY of {large:,} products ({large * 24:,} sizes) with their listing rows took {filled[large]:.0f} s",
    ]
    print("\n".join(lines + notes))
    head = f"# Lists, facets and search at {small:,} and {large:,} products\n\nWritten by `make bench-catalogue`.\n"
    RESULTS.write_text("\n".join([head, *(f"- {note}" for note in notes), "", *lines, ""]), encoding="utf-8")


def _paths(count: int) -> dict[str, str]:
    rows = browse.ListingRow.objects.order_by("sold_out", "by_newest", "product_id")
    row = rows[int(rows.count() * 0.9)]
    place = browse.Place("new", row.sold_out, row.by_newest, row.pk)
    slug = browse.ListingRow.objects.select_related("product").get(pk=count // 2).product.slug
    return {name: path.format(place=place, slug=slug) for name, path in PAGES.items()}


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


def _lines(small: dict[str, Measured], large: dict[str, Measured]) -> list[str]:
    lines = [
        "| what | median ms, small | median ms, large | growth | p95 ms, large | queries | slowest statement ms | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, then in small.items():
        now = large[name]
        growth = now.median_ms / then.median_ms
        missed = [
            text
            for text, met in (
                ("p95", now.p95_ms < LIMIT_MS),
                ("growth", growth < LIMIT_GROWTH),
                ("statement", now.slowest_ms < LIMIT_STATEMENT_MS),
            )
            if not met
        ]
        verdict = f"MISSED: {', '.join(missed)}" if missed else "met"
        lines.append(
            f"| {name} | {then.median_ms:.1f} | {now.median_ms:.1f} | {growth:.2f} | {now.p95_ms:.1f} | {now.queries} "
            f"| {now.slowest_ms:.1f} | {verdict} |"
        )
    return lines


if __name__ == "__main__":
    main()

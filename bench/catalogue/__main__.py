"""``make bench-catalogue``: about four minutes. Prints one table and writes bench/CATALOGUE.md.

Both shops stand at the same time and each page is asked of one right after the other: what else the machine has to do
slows both alike.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.catalogue.pages import PAGES
from devtools import services
from devtools.surroundings import PROJECT

SMALL, LARGE = 1_000, 100_000
RESULTS = Path(__file__).parent.with_name("CATALOGUE.md")
LIMIT_MS, LIMIT_GROWTH, LIMIT_STATEMENT_MS = 200.0, 3.0, 50.0
# A shop is loaded in a process of its own, whose environment is whole before Django reads it.
ENVIRONMENT = {
    "PRECHI_ENV": "test",
    "CACHE_ENABLED": "0",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "prechi.settings",
}

Figures = dict[str, float]


class Shop:
    """A process that fills and asks one shop (bench.catalogue.measure)."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, what: str) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(what, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"The shop ended when it was asked for: {what}")
        return json.loads(answer)


def main(large: int) -> None:
    with services.throwaway(environ={}) as addresses, ExitStack() as stack:
        env = {**os.environ, **ENVIRONMENT, **addresses}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=PROJECT, env=env, check=True)
        with _shop(env) as shop:
            shop.ask(f"fill 0 {SMALL}")
        few = stack.enter_context(_shop(env | {"DATABASE_URL": _copy(addresses["DATABASE_URL"], "small")}))
        many = stack.enter_context(_shop(env))
        seconds = many.ask(f"fill {SMALL} {large}")
        print(f"{large:,} products stand after {seconds:.0f} s", flush=True)
        small: dict[str, Figures] = {}
        big: dict[str, Figures] = {}
        for name in PAGES:
            small[name], big[name] = few.ask(name), many.ask(name)
        postgres = _version(addresses["DATABASE_URL"])
    lines = _lines(small, big)
    notes = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, Django {version('django')}, "
        f"PostgreSQL {postgres}; one request at a time in one process, the cache off; load average "
        f"{os.getloadavg()[0]:.1f}",
        f"COPY of {large:,} products ({large * 24:,} sizes) with their listing rows took {seconds:.0f} s",
    ]
    print("\n".join(lines + notes))
    head = f"# Lists, facets and search at {SMALL:,} and {large:,} products\n\nWritten by `make bench-catalogue`.\n"
    RESULTS.write_text("\n".join([head, *(f"- {note}" for note in notes), "", *lines, ""]), encoding="utf-8")


@contextmanager
def _shop(env: dict[str, str]) -> Iterator[Shop]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.catalogue.measure"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Shop(process)
        assert process.stdin
        process.stdin.close()


def _copy(url: str, name: str) -> str:
    """The address of a copy of this database, which nobody may be using."""
    with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {urlsplit(url).path.strip('/')}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _version(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10_000


def _lines(small: dict[str, Figures], large: dict[str, Figures]) -> list[str]:
    lines = [
        "| what | median ms, small | median ms, large | growth | p95 ms, large | queries | slowest statement ms | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, then in small.items():
        now = large[name]
        growth = now["median_ms"] / then["median_ms"]
        missed = [
            text
            for text, met in (
                ("p95", now["p95_ms"] < LIMIT_MS),
                ("growth", growth < LIMIT_GROWTH),
                ("statement", now["slowest_ms"] < LIMIT_STATEMENT_MS),
            )
            if not met
        ]
        verdict = f"MISSED: {', '.join(missed)}" if missed else "met"
        lines.append(
            f"| {name} | {then['median_ms']:.1f} | {now['median_ms']:.1f} | {growth:.2f} | {now['p95_ms']:.1f} "
            f"| {now['queries']:.0f} | {now['slowest_ms']:.1f} | {verdict} |"
        )
    return lines


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LARGE)

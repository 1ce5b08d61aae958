"""Rows of the table, the targets they are held against, and how both are written down."""

import os
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.load import Result

RESULTS = Path(__file__).with_name("RESULTS.md")
BRIEF = 110
VERSIONS = ("django", "granian", "djangorestframework", "psycopg", "django-redis")


@dataclass
class Row:
    """One line of the table: the medians of its rounds."""

    name: str
    at_once: int
    results: list[Result] = field(default_factory=list)
    to_bare: float | None = None
    to_redis: float | None = None
    to_postgres: float | None = None
    queries: int | None = None
    slowest: float | None = None
    targets: list["Target"] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(result.rate for result in self.results)

    @property
    def errors(self) -> int:
        return sum(result.errors for result in self.results)

    def percentile(self, percent: int) -> float:
        return median(result.percentile(percent) for result in self.results)

    @property
    def spread(self) -> float:
        """How far its rounds lie apart, as a part of their median."""
        rates = [result.rate for result in self.results]
        return (max(rates) - min(rates)) / self.rate


@dataclass(frozen=True)
class Target:
    text: str
    met: Callable[[Row], bool]
    is_goal: bool = False


def table(rows: list[Row]) -> list[list[str]]:
    head = ["what", "at once", "req/s", "p50 ms", "p95 ms", "errors", "/ bare", "/ bare+Redis", "/ bare SQL"]
    return [[*head, "queries", "slowest ms", "must", "goal"], *map(_cells, rows)]


def _cells(row: Row) -> list[str]:
    return [
        row.name,
        str(row.at_once),
        f"{row.rate:,.0f}",
        f"{row.percentile(50):.1f}",
        f"{row.percentile(95):.1f}",
        str(row.errors),
        *(_number(ratio, ".3f") for ratio in (row.to_bare, row.to_redis, row.to_postgres)),
        _number(row.queries, "d"),
        _number(row.slowest, ".1f"),
        _verdicts(row, is_goal=False),
        _verdicts(row, is_goal=True),
    ]


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _verdicts(row: Row, *, is_goal: bool) -> str:
    return "; ".join(
        f"{target.text}: {'met' if target.met(row) else 'MISSED'}"
        for target in row.targets
        if target.is_goal == is_goal
    )


def as_text(lines: list[list[str]]) -> str:
    """For a terminal: the targets stand below, for they are long."""
    widths = [max(len(line[column]) for line in lines) for column in range(11)]
    text = []
    for line in lines:
        cells = [line[0].ljust(widths[0]), *(line[column].rjust(widths[column]) for column in range(1, 11))]
        text.append("  ".join(cells))
    text.append("")
    text += [f"{line[0]}: {'; '.join(filter(None, line[11:]))}" for line in lines[1:] if any(line[11:])]
    return "\n".join(text)


def write(lines: list[list[str]], statements: list[tuple[str, float]], notes: list[str]) -> None:
    head, *body = (f"| {' | '.join(line)} |" for line in lines)
    rule = "|" + "---|" * len(lines[0])
    asked = [f"| {number} | {time:.2f} | `{_brief(sql)}` |" for number, (sql, time) in enumerate(statements, 1)]
    total = sum(time for _, time in statements)
    RESULTS.write_text(
        "\n".join(
            [
                "# Results of the last `make bench`",
                "",
                "Written by the program; [README.md](README.md) says how to read it. Believe the ratios.",
                "",
                *(f"- {note}" for note in notes),
                "",
                head,
                rule,
                *body,
                "",
                "## An order of three sizes, statement by statement",
                "",
                f"Medians in a quiet process, without load; {total:.1f} ms in all, and the commit is not among them.",
                "",
                "| # | ms | statement |",
                "|---|---|---|",
                *asked,
                "",
            ]
        ),
        encoding="utf-8",
    )


def _brief(statement: str) -> str:
    """Without its columns and quotes, so that one sees what it is about."""
    text = " ".join(statement.replace('"', "").split())
    text = re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", text)
    text = re.sub(r"^(INSERT INTO \S+) .*", r"\1 …", text)
    return text if len(text) <= BRIEF else f"{text[:BRIEF]} …"


def surroundings_of_run(server: str, seconds: float, bare: Row) -> list[str]:
    """What a reader must know before comparing with figures of another day."""
    packages = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds:.0f} s; {os.cpu_count()} cores, which servers, database and "
        f"load generator share; load average now {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, {server}, {packages}; {platform.system()} {platform.machine()}",
        f"noise: the rounds of the bare view lie {bare.spread:.0%} of their median apart. Above 20 % somebody else was "
        "busy on this machine: compare ratios only, or run it again",
    ]

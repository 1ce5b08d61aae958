"""A sheet as rows of text, whatever file it came in; and what is wrong with it, by line and column."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

ERRORS_SHOWN = 300


@dataclass(frozen=True, slots=True)
class RowError:
    """`line` is the row as a spreadsheet counts it, the header being 1. `column` is empty where all of it is wrong."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}{', ' if self.column else ''}{self.column}: {self.reason}"


@dataclass(slots=True)
class Errors:
    """The first of them in full, the others counted. Of one cell the first reason is enough."""

    shown: list[RowError] = field(default_factory=list)
    more: int = 0
    cells: set[tuple[int, str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.cells = {(error.line, error.column) for error in self.shown}

    def add(self, line: int, column: str, reason: str) -> None:
        if (line, column) in self.cells:
            return
        self.cells.add((line, column))
        if len(self.shown) < ERRORS_SHOWN:
            self.shown.append(RowError(line, column, reason))
        else:
            self.more += 1

    def __len__(self) -> int:
        return len(self.shown) + self.more

    def __iter__(self) -> Iterator[RowError]:
        return iter(self.shown)


@dataclass(slots=True)
class Row:
    """`cells` has the columns of its sheet and no others, so that a blank cell and no column are told apart."""

    line: int
    cells: dict[str, str]


@dataclass(slots=True)
class Table:
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    errors: Errors = field(default_factory=Errors)

    def pack(self) -> bytes:
        """To be kept while somebody looks at what it would change."""
        whole = {
            "columns": self.columns,
            "rows": [[row.line, *row.cells.values()] for row in self.rows],
            "errors": [[error.line, error.column, error.reason] for error in self.errors],
            "more": self.errors.more,
        }
        return zlib.compress(orjson.dumps(whole))


def unpack(packed: bytes) -> Table:
    whole = orjson.loads(zlib.decompress(packed))
    columns = whole["columns"]
    return Table(
        columns,
        [Row(line, dict(zip(columns, cells, strict=True))) for line, *cells in whole["rows"]],
        Errors([RowError(*error) for error in whole["errors"]], whole["more"]),
    )

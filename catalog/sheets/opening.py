"""From an uploaded file to a table: what it is by its content, its header, its cells."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from catalog.sheets import cells as reading
from catalog.sheets import delimited, workbooks
from catalog.sheets.columns import Column
from catalog.sheets.formulas import meant
from catalog.sheets.tables import Row, Table
from catalog.sheets.unreadable import Unreadable

BYTES_MAX = 10 * 1024 * 1024
ROWS_MAX, COLUMNS_MAX = 50_000, 200
TEXTS = {".csv", ".tsv", ".txt"}


def open_sheet(content: bytes, name: str, columns: Sequence[Column]) -> Table:
    """`name` is what the sender calls the file; `columns` are those that the sheet may have.

    Wrong rows and columns are told in the table's errors. Raises Unreadable where it is no sheet.
    """
    table = Table()
    rows = _rows(content, PurePath(name).suffix.lower(), [column.name for column in columns])
    try:
        _read_header(table, next(rows, None), columns)
        if table.errors:
            return table
        for line, found in rows:
            if len(table.rows) == ROWS_MAX:
                table.errors.add(line, "", f"a sheet has at most {ROWS_MAX:,} rows. Send the others in a second one")
                break
            _read_row(table, line, found)
    except delimited.Broken as broken:
        table.errors.add(broken.line, "", broken.reason)
    if not table.rows and not table.errors:
        table.errors.add(2, "", "the sheet has a header, but no rows")
    return table


def _rows(content: bytes, suffix: str, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    if len(content) > BYTES_MAX:
        raise Unreadable(f"The file is larger than {BYTES_MAX // 1024 // 1024} MB. Send it in parts.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    if workbooks.is_old_workbook(content):
        raise Unreadable("It is an old .xls, or locked with a password. Save it as .xlsx or CSV, without a password.")
    if suffix not in TEXTS | {".xlsx"}:
        raise Unreadable(f"A {suffix or 'nameless'} file is no sheet. Save it as .xlsx or CSV.")
    is_workbook = workbooks.is_zip(content)
    if is_workbook != (suffix == ".xlsx"):
        is_truly = "a workbook" if is_workbook else "no workbook"
        raise Unreadable(f"It is called {suffix}, but inside it is {is_truly}. Save it as .xlsx or CSV.")
    return workbooks.rows(content) if is_workbook else delimited.rows(delimited.text_of(content), names)


def _read_header(table: Table, first: tuple[int, list[str]] | None, columns: Sequence[Column]) -> None:
    line, found = first or (1, [])
    names = [reading.heading(name) for name in found]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS_MAX:
        table.errors.add(line, "", f"the header has {len(names):,} columns, and a sheet at most {COLUMNS_MAX}")
        return
    known = {column.name for column in columns}
    for place, name in enumerate(names):
        if not name:
            table.errors.add(line, f"column {place + 1}", "has no name in the header")
        elif name not in known:
            table.errors.add(line, name[:60], "the shop knows no such column in this kind of sheet")
        elif name in names[:place]:
            table.errors.add(line, name, "the column stands there twice")
    for column in columns:
        if column.required and column.name not in names:
            table.errors.add(line, column.name, "the column is missing")
    table.columns = names


def _read_row(table: Table, line: int, found: list[str]) -> None:
    wanted = len(table.columns)
    written = [reading.tidy(text) for text in found]
    texts = [reading.tidy(meant(text)) for text in written]
    if not any(texts):
        return
    while len(texts) > wanted and not texts[-1]:
        texts.pop()
    if len(texts) != wanted:
        table.errors.add(line, "", f"the row has {len(texts)} cells, but the header has {wanted}")
        return
    row = Row(line, dict(zip(table.columns, texts, strict=True)))
    for (name, text), as_written in zip(row.cells.items(), written, strict=False):
        try:
            reading.check(text)
            reading.check_no_formula(as_written)
        except reading.Wrong as wrong:
            table.errors.add(line, name, str(wrong))
    table.rows.append(row)

"""A file is read for what it is: CSV as programs write it, workbooks as people see them, and nothing else."""

import datetime
import io
import zipfile

import pytest

from catalog.sheets.columns import STOCK
from catalog.sheets.opening import open_sheet
from catalog.sheets.tables import Table, unpack
from catalog.sheets.unreadable import Unreadable
from catalog.sheets.workbooks import NOT_CALCULATED
from tests.catalogue.sheets import workbook


def opened(content: bytes, name: str = "stock.csv") -> Table:
    return open_sheet(content, name, STOCK)


def cells(table: Table) -> list[list[str]]:
    assert not table.errors.shown
    return [list(row.cells.values()) for row in table.rows]


@pytest.mark.parametrize(
    "content",
    [
        b"sku,on_hand\nA-M,5\n",
        b"\xef\xbb\xbfsku,on_hand\r\nA-M,5\r\n",
        b"sku;on_hand\nA-M;5\n",
        b"SKU\tOn hand\nA-M\t5\n",
        b'"sku","on_hand"\n"A-M","5"\n',
        b"sku,on_hand,\n\n A-M ,5,\n,,\n",
        "sku\ton_hand\r\nA-M\t5\r\n".encode("utf-16"),
    ],
)
def test_csv_of_every_program_reads_alike(content: bytes) -> None:
    assert cells(opened(content)) == [["A-M", "5"]]


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    table = opened(b'sku,name\nA-M,"two\nlines"\n\nB-M,x\n')
    assert [row.line for row in table.rows] == [2, 4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8500.0, "8500"),
        (8500.5, "8500.5"),
        (0.1 + 0.2, "0.3"),
        (123456789012345, "123456789012345"),
        (1.2e17, "120000000000000000"),
        (0.000012, "0.000012"),
        (True, "yes"),
        (datetime.date(2026, 3, 31), "2026-03-31"),
        (
            datetime.datetime(2026, 3, 31, 14, 30),  # noqa: DTZ001 - as a cell has it
            "2026-03-31 14:30",
        ),
        ("'=1+1", "=1+1"),
        (" x ", "x"),
    ],
)
def test_cells_of_a_workbook_read_as_people_see_them(value: object, text: str) -> None:
    table = opened(workbook(["sku", "on_hand", "name"], ["A-M", None, value], ["B-M"]), "stock.xlsx")
    assert cells(table) == [["A-M", "", text], ["B-M", "", ""]]


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        ("on_hand", "sku", "the column is missing"),
        ("sku,price", "price", "the shop knows no such column"),
        ("sku,on_hand,on_hand", "on_hand", "stands there twice"),
        ("sku,,on_hand", "column 2", "has no name"),
    ],
)
def test_a_wrong_header_is_told_by_column(header: str, column: str, reason: str) -> None:
    table = opened(f"{header}\nA-M,5\n".encode())
    [error] = table.errors
    assert (error.line, error.column) == (1, column)
    assert reason in error.reason


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", "")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(101):
                part.write(bytes(1024 * 1024))
    return file.getvalue()


def crowded() -> bytes:
    """A row of four million cells, which a packer makes as small as nothing."""
    return with_part(workbook(["sku"]), SHEET, ("<c ", "<c/>" * 4_000_000 + "<c "))


def archive(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return file.getvalue()


def with_part(content: bytes, name: str, change: tuple[str, str]) -> bytes:
    """The workbook with something else in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            new.writestr(part, text.replace(*change) if part == name else text)
    return file.getvalue()


GOOD = workbook(["sku", "on_hand"], ["A-M", 5])
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "stock.csv", "The file is empty"),
        (b"x" * (10 * 1024 * 1024 + 1), "stock.csv", "larger than 10 MB"),
        (GOOD, "stock.csv", "inside it is a workbook"),
        (b"sku,on_hand\nA-M,5\n", "stock.xlsx", "inside it is no workbook"),
        (b"sku,on_hand\nA-M,5\n", "stock.pdf", "A .pdf file is no sheet"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 600, "stock.xlsx", "locked with a password"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 600, "stock.xls", "old .xls"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "stock.csv", "not UTF-8"),
        ("sku,name\nA-M,café\n".encode("latin-1"), "stock.csv", "Near line 2"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "stock.xlsx", "no Excel workbook"),
        (GOOD[:-40], "stock.xlsx", "damaged"),
        (bomb(), "stock.xlsx", "far larger inside"),
        (crowded(), "stock.xlsx", "far larger inside"),
        (with_part(GOOD, SHEET, ("<worksheet", ENTITIES)), "stock.xlsx", "damaged"),
        (with_part(GOOD, SHEET, ('<row r="2"', '<row r="99999999"')), "stock.xlsx", "more rows than a workbook"),
        (with_part(GOOD, SHEET, ("<v>5</v>", "<f>2+3</f><v></v>")), "stock.xlsx", "no result yet in B2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sheet_is_refused_in_words(content: bytes, name: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        opened(content, name)


def test_every_formula_without_a_result_is_named_by_its_cell() -> None:
    content = workbook(["sku", "on_hand"], *([f"A-{number}", "=1+1"] for number in range(12)))
    with pytest.raises(Unreadable, match=r"in B2, B3, .*, B11 and 2 more\."):
        opened(content, "stock.xlsx")


@pytest.mark.parametrize(("written", "read"), [("'=SUM(A1)", "=SUM(A1)"), ("+234", "+234"), ("a = b", "a = b")])
def test_text_that_looks_like_a_formula_stays_text(written: str, read: str) -> None:
    assert cells(opened(f'sku,name\nA-M,"{written}"\n'.encode())) == [["A-M", read]]


def test_a_formula_that_no_spreadsheet_has_worked_out_is_named_by_line_and_column() -> None:
    [error] = opened(b'sku,name\nA-M,x\nB-M,"=HYPERLINK(""http://x"",""y"")"\n').errors
    assert (error.line, error.column) == (3, "name")
    assert "is a formula" in error.reason


def test_of_one_cell_the_first_reason_is_told_before_and_after_it_was_kept() -> None:
    table = opened(b"sku,on_hand\nA-M,=1+1\n")
    kept = unpack(table.pack())
    for errors in (table.errors, kept.errors):
        errors.add(2, "on_hand", "'=1+1' is no count of pieces")
        errors.add(2, "sku", "there is no size with the SKU 'A-M'")
        assert [error.column for error in errors] == ["on_hand", "sku"]
        assert "is a formula" in errors.shown[0].reason


def test_a_formula_with_a_result_reads_as_the_result() -> None:
    content = with_part(GOOD, SHEET, ("<v>5</v>", "<f>2+3</f><v>5</v>"))
    assert cells(opened(content, "stock.xlsx")) == [["A-M", "5"]]


@pytest.mark.parametrize(
    "trap", [b"<c " * 700_000, b"<c>" + b"<f>" * 700_000, b"<c><f></f>" + b" " * 2_000_000, b'<c t="s' * 300_000]
)
def test_no_sheet_takes_long_to_be_looked_at_for_formulas(trap: bytes) -> None:
    """Where one letter more cost more than the one before, this test would not end."""
    assert not NOT_CALCULATED.search(trap)


def test_rows_and_columns_have_an_end() -> None:
    table = opened(b"sku\n" + b"A-M\n" * 50_001)
    assert [(error.line, error.reason[:30]) for error in table.errors] == [(50_002, "a sheet has at most 50,000 row")]
    wide = workbook(["sku", *(f"c{number}" for number in range(80))])
    assert len(opened(wide, "stock.xlsx").errors) == 59
    [error] = opened(b"sku," * 2_000_000 + b"sku\n").errors
    assert (error.line, error.reason) == (1, "the header has 2,000,001 columns, and a sheet at most 200")


def test_a_table_is_kept_as_it_is() -> None:
    table = opened(b"sku,on_hand\nA-M,5\nB-M,#REF!\nC-M\n")
    assert unpack(table.pack()) == table
    assert len(table.errors) == 2

"""XLSX: the rows of a workbook's first sheet, as people see them."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from catalog.sheets.unreadable import Unreadable

UNPACKED_MAX = 100 * 1024 * 1024
PARTS_MAX = 500
COLUMNS_MAX = 60
# The last row that a spreadsheet can have.
LINES_MAX = 1_048_576
# Fifty thousand rows of every column there is. Each costs a hundred bytes and many steps, however well it is packed.
TAGS_MAX = 3_000_000
# A formula whose result was never stored, as some programs write them: it would be read as a blank cell.
# (One that is text may well be empty.) No two of its parts can take the same letters, so that no sheet takes it long.
NOT_CALCULATED = re.compile(
    rb'<c\b(?![^<>]*t="str")[^<>]*>\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>\s*|<v>\s*</v>\s*)?</c>'
)
PLACE = re.compile(rb'^<c\b[^>]*\br="([A-Z]{1,3}[0-9]{1,7})"')
CELLS_TOLD = 10
CHUNK, OVERLAP = 1024 * 1024, 16 * 1024
DAMAGED = (
    AttributeError,
    DefusedXmlException,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OverflowError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
)


def is_zip(content: bytes) -> bool:
    return content.startswith(b"PK")


def is_old_workbook(content: bytes) -> bool:
    """.xls, and whatever Excel has encrypted with a password."""
    return content.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, empty ones left out; at most COLUMNS_MAX cells each.

    Nothing is unpacked before it is known how much that will be. Raises Unreadable.
    """
    _check_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that it cannot keep
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            width = 0
            for line, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True), 1):
                if line > LINES_MAX:
                    raise Unreadable("The sheet claims more rows than a workbook can have.")
                if used := max((place for place, cell in enumerate(cells, 1) if cell is not None), default=0):
                    # Every row of a workbook has all columns: the header says how many are meant.
                    width = width or used
                    yield line, [_shown(cell) for cell in cells[: max(used, width)]]
    except DAMAGED as error:
        raise Unreadable("The workbook is damaged. Open it in your spreadsheet and save it anew.") from error


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # Python unpacks no part beyond the size that is told here, so that it can be believed.
            if (
                len(parts) > PARTS_MAX
                or sum(part.file_size for part in parts) > UNPACKED_MAX
                or sum(_tags(archive, part) for part in parts) > TAGS_MAX
            ):
                raise Unreadable("The workbook is far larger inside than it looks. Save the one sheet as CSV.")
            names = {part.filename for part in parts}
            if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                raise Unreadable("The file is an archive, but no Excel workbook. Save the sheet as .xlsx or CSV.")
            sheets = sorted(name for name in names if name.startswith("xl/worksheets/"))
            if found := [cell for name in sheets for cell in _not_calculated(archive, name)]:
                raise Unreadable(
                    f"A formula has no result yet in {_listed(found)}. Open the file in your spreadsheet and save it, "
                    "or paste the values."
                )
    except DAMAGED as error:
        raise Unreadable("The workbook is damaged. Open it in your spreadsheet and save it anew.") from error


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many a part has, whatever it is called: what it is taken for is said by other parts."""
    with archive.open(part) as content:
        return sum(chunk.count(b"<") - chunk.count(b"</") for chunk in iter(partial(content.read, CHUNK), b""))


def _not_calculated(archive: zipfile.ZipFile, name: str) -> list[str]:
    """The cells whose formula has no result, such as "F3"; where a file does not name its cells, "a cell"."""
    found: dict[str, None] = {}
    with archive.open(name) as part:
        before = b""
        while chunk := part.read(CHUNK):
            for match in NOT_CALCULATED.finditer(before + chunk):
                place = PLACE.search(match[0])
                found[place[1].decode() if place else "a cell"] = None
            before = chunk[-OVERLAP:]
    return list(found)


def _listed(cells: list[str]) -> str:
    more = len(cells) - CELLS_TOLD
    return ", ".join(cells[:CELLS_TOLD]) + (f" and {more} more" if more > 0 else "")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # A spreadsheet shows 15 digits, and 0.3 for what is 0.30000000000000004.
        plain = format(Decimal(format(value, ".15g")), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

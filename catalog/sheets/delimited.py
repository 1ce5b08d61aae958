"""CSV: the rows of a text file, separated by comma, semicolon or tab."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator

from catalog.sheets.cells import heading
from catalog.sheets.unreadable import Unreadable

SEPARATORS = ",;\t"


class Broken(Exception):
    """From this row on the file cannot be told apart into rows."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def text_of(content: bytes) -> str:
    """Raises Unreadable for what is neither UTF-8 nor marked as UTF-16, which is Excel's "Unicode text"."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            f'Near line {line} stands a letter that is not UTF-8. Save it anew: in Excel as "CSV UTF-8", or as .xlsx.'
        ) from error


def rows(text: str, names: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, empty ones left out. The separator is the one by which the header has most of `names`.

    Raises Broken where quotes do not fit.
    """
    first = text.lstrip().partition("\n")[0]

    def known(separator: str) -> int:
        return len({heading(cell.replace('"', "")) for cell in first.split(separator)} & set(names))

    separator = max(SEPARATORS, key=known)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, 1):
            if any(cells):
                yield line, cells
    except csv.Error as error:
        raise Broken(line + 1, f"the row cannot be read: {error}. Look at its quotes") from error

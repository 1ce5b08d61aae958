"""Sheets of what stands in the catalogue. What is written here and read back unchanged changes nothing."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

import openpyxl
from django.db.models import Q, QuerySet
from openpyxl.utils import get_column_letter

from catalog.models import Category, VariantSize
from catalog.sheets import standing
from catalog.sheets.columns import OF_PRODUCT, Column
from catalog.sheets.formulas import harmless
from catalog.sheets.kinds import Kind
from catalog.sheets.workbooks import LINES_MAX
from core.errors import NotFound, ShopError

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LINES_AT_ONCE = 500
# Excel takes a file without it for one in the old letters of its country.
BOM = "\ufeff"
WIDE = {"description": 60, "name": 30, "product_slug": 28, "sku": 26, "fabric": 30, "care": 30}


def chosen(category: str = "") -> QuerySet[VariantSize]:
    """All sizes, or those of one category and what is below it (its slug). Raises NotFound for no such category."""
    if not category:
        return VariantSize.objects.all()
    found = Category.objects.filter(slug=category).first()
    if found is None:
        raise NotFound(f"There is no category {category!r}.", field="category")
    return VariantSize.objects.filter(Q(variant__product__category=found) | Q(variant__product__category__parent=found))


def write(kind: Kind, format: str, to: Path, category: str = "") -> None:
    """Into a file; one that is there is overwritten."""
    sizes = chosen(category)
    with to.open("wb") as file:
        if format == "csv":
            file.writelines(as_csv(kind, sizes))
        else:
            write_workbook(kind, sizes, file)


def as_csv(kind: Kind, sizes: QuerySet[VariantSize]) -> Iterator[bytes]:
    """In pieces, as fast as somebody takes them: the whole is never in memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([column.name for column in kind.columns])
    for number, row in enumerate(_rows(kind, sizes), 1):
        writer.writerow([harmless(text) for text in row])
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_workbook(kind: Kind, sizes: QuerySet[VariantSize], to: IO[bytes]) -> None:
    """Row by row. Raises ShopError where a workbook cannot hold so many."""
    if sizes.count() >= LINES_MAX:
        raise ShopError(f"A workbook holds {LINES_MAX - 1:,} rows, and these are more. Take CSV, or one category.")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(kind.title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(kind.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDE.get(column.name, len(column.name) + 4)
    sheet.append([column.name for column in kind.columns])
    for row in _rows(kind, sizes):
        sheet.append([_value(column, text) for column, text in zip(kind.columns, row, strict=True)])
    book.save(to)


def _rows(kind: Kind, sizes: QuerySet[VariantSize]) -> Iterator[list[str]]:
    """What describes a product stands on the first of its rows, so that there is one place to change it."""
    last = ""
    for values in standing.sizes(sizes):
        cells = standing.product_cells(values) | standing.size_cells(values)
        slug, is_first = cells["product_slug"], cells["product_slug"] != last
        last = slug
        yield [
            cells[column.name] if is_first or column.told or column.name not in OF_PRODUCT else ""
            for column in kind.columns
        ]


def _value(column: Column, text: str) -> Any:
    """Numbers and days as such, so that people can reckon with them."""
    if not text:
        return None
    if column.number:
        return float(text) if "." in text else int(text)
    return date.fromisoformat(text) if column.name == "publish_on" else harmless(text)

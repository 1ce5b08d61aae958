"""Sheets for tests: written as text, sent as CSV or as a workbook."""

import io
from collections.abc import Iterable
from typing import Any

import openpyxl

from catalog.sheets.applying import apply
from catalog.sheets.imports import kind_of, look
from catalog.sheets.opening import open_sheet
from catalog.sheets.plans import Plan

PRODUCTS = "product_slug,name,category,price_naira,colour,size,sku,size_price_naira,on_hand"
TRUNK = [
    "trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,5",
    "trunk,,,,Black,L,TRK-BLK-L,9000,0",
    "trunk,,,,Navy,M,TRK-NAV-M,,2",
]


def text(*rows: str, header: str = PRODUCTS) -> str:
    return "\n".join([header, *rows])


def workbook(*rows: Iterable[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def looked_at(kind: str, sheet: str | bytes) -> Plan:
    """What it would change."""
    return look(kind, sheet.encode() if isinstance(sheet, str) else sheet, _name(sheet))


def imported(kind: str, sheet: str | bytes, actor_id: int | None = None) -> Plan:
    """Applied at once."""
    table = open_sheet(sheet.encode() if isinstance(sheet, str) else sheet, _name(sheet), kind_of(kind).columns)
    return apply(kind_of(kind), table, looked_at(kind, sheet).fingerprint, actor_id=actor_id)


def errors_of(kind: str, sheet: str | bytes) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.reason) for error in looked_at(kind, sheet).errors]


def changes_of(kind: str, sheet: str | bytes) -> list[str]:
    plan = looked_at(kind, sheet)
    assert not plan.errors.shown
    return [str(change) for change in plan.changes]


def _name(sheet: str | bytes) -> str:
    return "sheet.csv" if isinstance(sheet, str) else "sheet.xlsx"

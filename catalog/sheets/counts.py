"""A sheet of counted stock against the catalogue."""

from typing import Any

from catalog.sheets import cells, matching
from catalog.sheets.plans import Change, Plan, begin
from catalog.sheets.tables import Row, Table

COUNT_MAX = 1_000_000
THRESHOLD_MAX = 32_767


def plan(table: Table) -> Plan:
    """Changes nothing. One query."""
    plan = begin(table)
    for row, values in matching.known(table, plan):
        change_count(plan, row, values)
    return plan.in_order()


def change_count(plan: Plan, row: Row, values: dict[str, Any] | None) -> None:
    """What a row says of the pieces of a size; `values` are its own as catalog.sheets.standing reads them."""
    counted = plan.read(row, "on_hand", cells.count, COUNT_MAX)
    threshold = plan.read(row, "low_stock_threshold", cells.count, THRESHOLD_MAX)
    if values is None:
        return
    if counted is not None and counted < values["reserved"]:
        plan.errors.add(
            row.line,
            "on_hand",
            f"{counted} is below the {values['reserved']} kept for unpaid orders. Count again later",
        )
    elif counted is not None and counted != values["on_hand"]:
        _note(plan, row, values, "count", "on_hand", counted)
        plan.writes.counts[values["pk"]] = counted
    if threshold is not None and threshold != values["low_stock_threshold"]:
        _note(plan, row, values, "detail", "low_stock_threshold", threshold)
        plan.writes.sizes.setdefault(values["pk"], {})["low_stock_threshold"] = threshold


def _note(plan: Plan, row: Row, values: dict[str, Any], group: str, column: str, after: int) -> None:
    before = str(values[column])
    plan.changes.append(Change(row.line, group, values["product_slug"], values["sku"], column, before, str(after)))

"""Which size a row is about, where rows go by their SKU."""

from collections.abc import Iterator
from typing import Any

from catalog.models import VariantSize
from catalog.sheets import standing
from catalog.sheets.plans import Once, Plan
from catalog.sheets.tables import Row, Table

# Words beside a SKU that an import does not change; a count of what is reserved moves by itself.
TOLD = ("name", "colour", "size")


def known(table: Table, plan: Plan) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """Rows with the size that they name, as catalog.sheets.standing reads it. One query.

    None for a row that names none, or one that had its row before: that is wrong, and its other cells may be as well.
    """
    skus = {row.cells["sku"] for row in table.rows}
    there = {values["sku"]: values for values in standing.sizes(VariantSize.objects.filter(sku__in=skus))}
    once = Once()
    for row in table.rows:
        sku, slug = row.cells["sku"], row.cells.get("product_slug")
        if not sku:
            plan.errors.add(row.line, "sku", "it is blank: say which size the row is about")
        elif sku not in there:
            plan.errors.add(row.line, "sku", f"there is no size with the SKU {sku!r}")
        elif first := once.seen(sku, row.line):
            plan.errors.add(row.line, "sku", f"{sku} stands in line {first} too")
        elif slug and slug != there[sku]["product_slug"]:
            plan.errors.add(row.line, "product_slug", f"{sku} belongs to {there[sku]['product_slug']}, not to {slug!r}")
        else:
            _compare_words(row, there[sku], plan)
            yield row, there[sku]
            continue
        yield row, None


def _compare_words(row: Row, values: dict[str, Any], plan: Plan) -> None:
    shown = {**standing.product_cells(values), **standing.size_cells(values)}
    for column in TOLD:
        if row.cells.get(column, shown[column]) not in ("", shown[column]):
            plan.warn(
                f"line {row.line}: {column} is {shown[column]!r} in the shop and stays so. "
                "Change it on its own page, or with a sheet of products."
            )

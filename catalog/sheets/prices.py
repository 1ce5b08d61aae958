"""A sheet of prices against the catalogue."""

from typing import Any

from catalog.sheets import cells, matching
from catalog.sheets.plans import Change, OfProduct, Plan, begin
from catalog.sheets.tables import Row, Table
from core.money import Money

# Where the database keeps what a product costs, and in which currency.
PRODUCT_PRICES = {"price_naira": ("base_price_kobo", "NGN"), "price_usd": ("usd_price_cents", "USD")}


def plan(table: Table) -> Plan:
    """Changes nothing. One query."""
    plan = begin(table)
    said = OfProduct(plan.errors)
    pieces = []
    for row, values in matching.known(table, plan):
        price = plan.read(row, "price_naira", cells.price)
        dollars = plan.read(row, "price_usd", cells.dollars)
        size_price = plan.read(row, "size_price_naira", cells.price)
        if values is None:
            continue
        if price is not None:
            said.say(values["product_slug"], row, "price_naira", cells.show_price(price), price)
        say_dollars(said, values["product_slug"], row, dollars)
        pieces.append((row, values, size_price if "size_price_naira" in row.cells else values["price_kobo"]))
    products = {values["product_slug"]: values for _, values, _ in pieces}
    for slug, columns in said.said.items():
        for column, (line, shown, price) in columns.items():
            change_product_price(plan, line, products[slug], column, shown, price)
    for row, values, size_price in pieces:
        change_size_price(plan, row, values, size_price)
    return plan.in_order()


def say_dollars(said: OfProduct, slug: str, row: Row, cents: int | None) -> None:
    """`cents` as catalog.sheets.cells.dollars reads them; None for a cell that leaves the price."""
    if cents is not None:
        said.say(slug, row, "price_usd", cells.show_price(cents or None), cents or None)


def change_product_price(
    plan: Plan, line: int, values: dict[str, Any], column: str, shown: str, price: int | None
) -> None:
    """`values` are the product's as catalog.sheets.standing reads them; `price` in the subunit of the column's
    currency, None for no fixed one."""
    kept_as, currency = PRODUCT_PRICES[column]
    before, slug = values[kept_as], values["product_slug"]
    if price != before:
        plan.changes.append(Change(line, "price", slug, slug, column, cells.show_price(before), shown))
        plan.writes.products.setdefault(values["product"], {})[kept_as] = price
        if before and price:
            plan.warn_of_price(line, slug, Money(before, currency), Money(price, currency))


def change_size_price(plan: Plan, row: Row, values: dict[str, Any], price: int | None) -> None:
    """After the price of its product. `price` in kobo, None for what the product costs."""
    before, sku = values["price_kobo"], values["sku"]
    if price != before:
        shown = (cells.show_price(before), cells.show_price(price))
        plan.changes.append(Change(row.line, "price", values["product_slug"], sku, "size_price_naira", *shown))
        plan.writes.sizes.setdefault(values["pk"], {})["price_kobo"] = price
        now = plan.writes.products.get(values["product"], {}).get("base_price_kobo", values["base_price_kobo"])
        plan.warn_of_price(row.line, sku, Money(before or values["base_price_kobo"]), Money(price or now))

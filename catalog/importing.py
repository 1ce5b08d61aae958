"""Products, prices and stock from a spreadsheet saved as CSV: one row per product, colour and size.

First a preview that names every wrong row and changes nothing; then, only where no row is wrong, one transaction.
The columns are listed in COLUMNS; cells that describe the product are read from its first row.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils import timezone

from catalog import stock
from catalog.models import Category, Colour, Product, Size, StockMovement, Variant, VariantSize
from core.errors import ShopError
from core.money import parse as parse_money
from core.transactions import in_transaction

PRODUCT_COLUMNS = (
    "name",
    "category",
    "gender",
    "description",
    "fabric",
    "care",
    "price_naira",
    "is_new",
    "active",
    "publish_on",
)
ROW_COLUMNS = ("product_slug", "colour", "size", "sku", "size_price_naira", "on_hand", "low_stock_threshold")
COLUMNS = (*PRODUCT_COLUMNS, *ROW_COLUMNS)
REQUIRED = ("product_slug", "colour", "size", "sku")
YES_NO = {"yes": True, "no": False}
ROWS_MAX = 50_000
SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{2,58}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RowError:
    """`line` is the line of the file as a spreadsheet counts it: the header is line 1."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}"


@dataclass
class SizeRow:
    sku: str
    variant_sku: str
    colour: Colour
    size: Size
    price_kobo: int | None
    on_hand: int | None
    low_stock_threshold: int | None


@dataclass
class ProductRow:
    slug: str
    fields: dict[str, Any]
    sizes: list[SizeRow] = field(default_factory=list)


@dataclass
class Plan:
    """What a file asks for. `changes` says it in words; with `errors` it cannot be applied."""

    products: list[ProductRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


class NotApplied(ShopError):
    code = "import_refused"


def preview(text: str) -> Plan:
    """Reads the file against the catalogue as it is. Changes nothing."""
    plan = Plan()
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), restkey="")
    header = reader.fieldnames or []
    plan.errors += [RowError(1, name, "the column is missing") for name in REQUIRED if name not in header]
    plan.errors += [RowError(1, name or "?", "the shop knows no such column") for name in header if name not in COLUMNS]
    if plan.errors:
        return plan
    _Reading(plan).read(reader)
    if not plan.errors:
        plan.changes = _changes(plan)
    return plan


@in_transaction
def apply(plan: Plan, actor_id: int | None = None) -> int:
    """Writes everything the plan asks for, or nothing. Returns the number of products. Locks the sizes it counts.

    Raises NotApplied for a plan with errors, ShopError where a count is below what is reserved.
    """
    if plan.errors:
        raise NotApplied("Nothing was imported: " + "; ".join(map(str, plan.errors[:20])))
    counts: dict[int, int] = {}
    is_first_stock = not StockMovement.objects.exists()
    for row in plan.products:
        counts |= _write(row)
    reason = StockMovement.Reason.RECEIVED if is_first_stock else StockMovement.Reason.COUNT
    stock.set_counts(counts, reason, actor_id=actor_id, note="import")
    return len(plan.products)


class _Reading:
    """One pass over the rows, with the catalogue's names at hand."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.categories = {category.slug: category for category in Category.objects.all()}
        self.colours = {colour.name.lower(): colour for colour in Colour.objects.all()}
        self.sizes = {size.name.upper(): size for size in Size.objects.all()}
        self.owners = dict(VariantSize.objects.values_list("sku", "variant__product__slug"))
        self.known = set(Product.objects.values_list("slug", flat=True))
        self.rows: dict[str, ProductRow] = {}
        self.skus: dict[str, int] = {}
        self.pieces: dict[tuple[str, int, int], int] = {}
        self.variant_skus: dict[tuple[str, int], str] = {}

    def read(self, reader: "csv.DictReader[str]") -> None:
        try:
            for number, row in enumerate(reader, start=1):
                if number > ROWS_MAX:
                    self._error(reader.line_num, "product_slug", f"a file holds at most {ROWS_MAX} rows")
                    break
                self._row(reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS})
        except csv.Error as error:
            self._error(reader.line_num, "product_slug", f"the line cannot be read as CSV: {error}")
        self.plan.products = list(self.rows.values())

    def _row(self, line: int, cells: dict[str, str]) -> None:
        before = len(self.plan.errors)
        for name, value in cells.items():
            if "\0" in value:
                self._error(line, name, "holds a character that cannot be stored")
        slug = cells["product_slug"]
        try:
            validate_slug(slug)
        except ValidationError:
            self._error(line, "product_slug", f"{slug!r} is no slug: use letters, digits and hyphens")
        product = self.rows.get(slug)
        if product is None:
            product = ProductRow(slug, self._product_fields(line, slug, cells))
        else:
            self._check_repeats(line, product, cells)
        size = self._size_row(line, slug, cells)
        if size is not None and len(self.plan.errors) == before:
            self.rows[slug] = product
            product.sizes.append(size)
        elif slug:
            self.rows.setdefault(slug, product)

    def _product_fields(self, line: int, slug: str, cells: dict[str, str]) -> dict[str, Any]:
        """Only what the file says: blank cells leave a known product as it is."""
        fields: dict[str, Any] = {
            name: cells[name] for name in ("name", "description", "fabric", "care") if cells[name]
        }
        for name, read in (
            ("category", self._category),
            ("gender", self._gender),
            ("price_naira", self._price),
            ("is_new", self._yes_no),
            ("active", self._yes_no),
            ("publish_on", self._day),
        ):
            if cells[name]:
                fields[FIELD_OF.get(name, name)] = read(line, name, cells[name])
        for column, needed in (("name", "name"), ("category", "category"), ("price_naira", "base_price_kobo")):
            if slug not in self.known and needed not in fields:
                self._error(line, column, "a new product needs it")
        for name, limit in (("name", 120), ("fabric", 200), ("care", 300)):
            if len(cells[name]) > limit:
                self._error(line, name, f"is longer than {limit} characters")
        return fields

    def _check_repeats(self, line: int, product: ProductRow, cells: dict[str, str]) -> None:
        for name in ("name", "category", "price_naira"):
            if not cells[name]:
                continue
            read = {"category": self._category, "price_naira": self._price}.get(name)
            value = read(line, name, cells[name]) if read else cells[name]
            if value != product.fields.get(FIELD_OF.get(name, name), value):
                self._error(line, name, f"differs from the first row of {product.slug}")

    def _size_row(self, line: int, slug: str, cells: dict[str, str]) -> SizeRow | None:
        colour, size = self.colours.get(cells["colour"].lower()), self.sizes.get(cells["size"].upper())
        if colour is None:
            self._error(line, "colour", f"there is no colour {cells['colour']!r}")
        if size is None:
            self._error(line, "size", f"there is no size {cells['size']!r}")
        sku = cells["sku"]
        if not SKU.fullmatch(sku):
            self._error(line, "sku", f"{sku!r} is no SKU: use capitals, digits and hyphens")
        price = self._price(line, "size_price_naira", cells["size_price_naira"]) if cells["size_price_naira"] else None
        on_hand = self._count(line, "on_hand", cells["on_hand"])
        threshold = self._count(line, "low_stock_threshold", cells["low_stock_threshold"])
        if colour is None or size is None:
            return None
        self._check_sku(line, slug, sku, colour, size)
        return SizeRow(sku, sku.removesuffix(f"-{size.name}"), colour, size, price, on_hand, threshold)

    def _check_sku(self, line: int, slug: str, sku: str, colour: Colour, size: Size) -> None:
        if not sku.endswith(f"-{size.name}"):
            self._error(line, "sku", f"must end in -{size.name}")
        if first := self.skus.setdefault(sku, line) != line and self.skus[sku]:
            self._error(line, "sku", f"{sku} stands in line {first} too")
        if self.owners.get(sku, slug) != slug:
            self._error(line, "sku", f"{sku} belongs to {self.owners[sku]}")
        piece = (slug, colour.pk, size.pk)
        if self.pieces.setdefault(piece, line) != line:
            self._error(line, "size", f"{colour.name} in {size.name} stands in line {self.pieces[piece]} too")
        variant_sku = sku.removesuffix(f"-{size.name}")
        if self.variant_skus.setdefault((slug, colour.pk), variant_sku) != variant_sku:
            self._error(line, "sku", f"all sizes of {colour.name} must start with the same SKU")

    def _category(self, line: int, column: str, text: str) -> Category | None:
        if text not in self.categories:
            self._error(line, column, f"there is no category {text!r}")
        return self.categories.get(text)

    def _gender(self, line: int, column: str, text: str) -> str:
        if text not in Product.Gender.values:
            self._error(line, column, f"{text!r} is none of {', '.join(Product.Gender.values)}")
        return text

    def _price(self, line: int, column: str, text: str) -> int | None:
        try:
            amount = parse_money(text).amount
        except ValueError as error:
            self._error(line, column, str(error))
            return None
        if amount <= 0:
            self._error(line, column, "a price is above nought")
        return amount

    def _yes_no(self, line: int, column: str, text: str) -> bool:
        if text.lower() not in YES_NO:
            self._error(line, column, f"write yes or no, not {text!r}")
        return YES_NO.get(text.lower(), False)

    def _day(self, line: int, column: str, text: str) -> datetime | None:
        try:
            return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
        except ValueError:
            self._error(line, column, f"write the day like 2026-03-31, not {text!r}")
            return None

    def _count(self, line: int, column: str, text: str) -> int | None:
        if not text:
            return None
        if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
            self._error(line, column, f"{text!r} is no count of pieces")
            return None
        return int(text)

    def _error(self, line: int, column: str, reason: str) -> None:
        self.plan.errors.append(RowError(line, column, reason))


FIELD_OF = {"price_naira": "base_price_kobo", "publish_on": "publish_at"}


def _changes(plan: Plan) -> list[str]:
    """What would be different, in words. Two queries."""
    products = Product.objects.in_bulk([row.slug for row in plan.products], field_name="slug")
    skus = [size.sku for row in plan.products for size in row.sizes]
    sizes = {size.sku: size for size in VariantSize.objects.filter(sku__in=skus)}
    changes = []
    for row in plan.products:
        product = products.get(row.slug)
        if product is None:
            changes.append(f"{row.slug}: new product with {len(row.sizes)} sizes")
            continue
        changes += [
            f"{row.slug}: {name} from {getattr(product, name)} to {value}"
            for name, value in row.fields.items()
            if getattr(product, name) != value
        ]
        changes += [line for size in row.sizes for line in _size_changes(size, sizes.get(size.sku))]
    return changes


def _size_changes(row: SizeRow, size: VariantSize | None) -> list[str]:
    if size is None:
        return [f"{row.sku}: new size"]
    changes = []
    if row.price_kobo != size.price_kobo:
        changes.append(f"{row.sku}: price from {size.price_kobo} to {row.price_kobo} kobo")
    if row.on_hand is not None and row.on_hand != size.on_hand:
        changes.append(f"{row.sku}: on hand from {size.on_hand} to {row.on_hand}")
    return changes


def _write(row: ProductRow) -> dict[int, int]:
    """One product with its colours and sizes. Returns the counts to set, by size id."""
    product, _ = Product.objects.update_or_create(slug=row.slug, defaults=row.fields)
    counts: dict[int, int] = {}
    variants: dict[int, Variant] = {}
    for each in row.sizes:
        if each.colour.pk not in variants:
            variants[each.colour.pk], _ = Variant.objects.update_or_create(
                product=product, colour=each.colour, defaults={"sku": each.variant_sku, "position": len(variants)}
            )
        values: dict[str, Any] = {"sku": each.sku, "price_kobo": each.price_kobo}
        if each.low_stock_threshold is not None:
            values["low_stock_threshold"] = each.low_stock_threshold
        size, _ = VariantSize.objects.update_or_create(
            variant=variants[each.colour.pk], size=each.size, defaults=values
        )
        if each.on_hand is not None:
            counts[size.pk] = each.on_hand
    return counts

"""A sheet of products against the catalogue: one row for each product, colour and size."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from catalog.models import Category, Colour, Product, Size, Variant, VariantSize
from catalog.sheets import cells, counts, prices, standing
from catalog.sheets.plans import Change, NewSize, OfProduct, Once, Plan, begin
from catalog.sheets.tables import Row, Table

SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{2,58}", re.ASCII)
VARIANT_SKU_MAX = 40
SLUG_MAX = 140
LIMITS = {"name": 120, "description": 20_000, "fabric": 200, "care": 300}
NEEDED = ("name", "category", "price_naira")
# Where the database calls it otherwise.
KEPT_AS = {"category": "category_id", "publish_on": "publish_at"} | {
    column: kept_as for column, (kept_as, _) in prices.PRODUCT_PRICES.items()
}
NEW_THRESHOLD = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    """A row whose product, colour and size are understood."""

    row: Row
    slug: str
    colour: Colour
    size: Size

    @property
    def key(self) -> tuple[str, int, int]:
        return self.slug, self.colour.pk, self.size.pk


def plan(table: Table) -> Plan:
    """Changes nothing. A fixed number of queries."""
    return _Comparison(begin(table), table).plan.in_order()


class _Comparison:
    """First what each row says by itself, then what all of them together would make of the catalogue."""

    def __init__(self, plan: Plan, table: Table) -> None:
        self.plan = plan
        self._read_catalogue(table)
        self.said = OfProduct(plan.errors)
        self.lines: dict[str, int] = {}
        self.filled: set[tuple[str, str]] = set()
        self.places, self.skus = Once(), Once()
        pieces = [piece for row in table.rows if (piece := self._understand(row))]
        for slug, line in self.lines.items():
            self._compare_product(slug, line)
        for piece in pieces:
            self._compare_size(piece)
        self._check_new_colours(pieces)

    def _read_catalogue(self, table: Table) -> None:
        slugs = {row.cells["product_slug"] for row in table.rows}
        skus = {row.cells["sku"] for row in table.rows}
        self.categories = dict(Category.objects.order_by().values_list("slug", "pk"))
        self.colours = {colour.name.lower(): colour for colour in Colour.objects.all()}
        self.sizes = {size.name.upper(): size for size in Size.objects.all()}
        known = standing.products(Product.objects.filter(slug__in=slugs))
        self.products = {values["product_slug"]: values for values in known}
        variants = Variant.objects.filter(product__slug__in=slugs).order_by()
        self.variants = {
            (slug, colour): sku for slug, colour, sku in variants.values_list("product__slug", "colour_id", "sku")
        }
        self.there = {
            (values["product_slug"], values["colour_id"], values["size_id"]): values
            for values in standing.sizes(VariantSize.objects.filter(variant__product__slug__in=slugs))
        }
        self.owners = {values["sku"]: values for values in standing.sizes(VariantSize.objects.filter(sku__in=skus))}

    # --- what a row says ---

    def _understand(self, row: Row) -> _Piece | None:
        """None where it cannot be told what the row is about; its other cells are looked at all the same."""
        slug = row.cells["product_slug"]
        self._read_product(slug, row)
        if self._is_slug(slug):
            self.lines.setdefault(slug, row.line)
        else:
            self.plan.errors.add(
                row.line, "product_slug", f"{slug!r} is no slug: use at most {SLUG_MAX} letters, digits and hyphens"
            )
        piece = self._place(slug, row)
        if piece is None:
            self._read_size(row)
        return piece if slug in self.lines else None

    def _place(self, slug: str, row: Row) -> _Piece | None:
        colour = self.colours.get(row.cells["colour"].lower())
        size = self.sizes.get(row.cells["size"].upper())
        if colour is None:
            self.plan.errors.add(row.line, "colour", f"there is no colour {row.cells['colour']!r}")
        if size is None:
            self.plan.errors.add(row.line, "size", f"there is no size {row.cells['size']!r}")
        sku = row.cells["sku"]
        first = self.skus.seen(sku, row.line) if sku else None
        if first:
            self.plan.errors.add(row.line, "sku", f"{sku} stands in line {first} too")
        if colour is None or size is None or first:
            return None
        piece = _Piece(row, slug, colour, size)
        if first := self.places.seen(piece.key, row.line):
            self.plan.errors.add(row.line, "size", f"{slug} in {colour}, {size} stands in line {first} too")
            return None
        return piece

    def _read_size(self, row: Row) -> tuple[int | None, int | None, int | None]:
        """Price, count and threshold."""
        return (
            self.plan.read(row, "size_price_naira", cells.price),
            self.plan.read(row, "on_hand", cells.count, counts.COUNT_MAX),
            self.plan.read(row, "low_stock_threshold", cells.count, counts.THRESHOLD_MAX),
        )

    def _is_slug(self, slug: str) -> bool:
        try:
            validate_slug(slug)
        except ValidationError:
            return False
        return len(slug) <= SLUG_MAX

    def _read_product(self, slug: str, row: Row) -> None:
        """Only what the sheet says: blank cells leave a known product as it is."""
        readers: dict[str, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
            "category": (self._category, lambda _: row.cells["category"]),
            "gender": (self._gender, str),
            "price_naira": (cells.price, cells.show_price),
            "is_new": (cells.yes_no, cells.show_yes_no),
            "active": (cells.yes_no, cells.show_yes_no),
            "publish_on": (cells.day, cells.show_day),
        }
        self.filled |= {(slug, column) for column in NEEDED if row.cells.get(column)}
        for column, (reader, show) in readers.items():
            if (value := self.plan.read(row, column, reader)) is not None:
                self.said.say(slug, row, column, show(value), value)
        prices.say_dollars(self.said, slug, row, self.plan.read(row, "price_usd", cells.dollars))
        for column, limit in LIMITS.items():
            text = row.cells.get(column)
            if text and len(text) > limit:
                self.plan.errors.add(row.line, column, f"is longer than {limit:,} characters")
            elif text:
                self.said.say(slug, row, column, text, text)

    def _category(self, text: str) -> int:
        if text not in self.categories:
            raise cells.Wrong(f"there is no category {text!r}")
        return self.categories[text]

    def _gender(self, text: str) -> str:
        if text not in Product.Gender.values:
            raise cells.Wrong(f"{text!r} is none of {', '.join(Product.Gender.values)}")
        return text

    # --- what would be different ---

    def _compare_product(self, slug: str, line: int) -> None:
        said = self.said.said.get(slug, {})
        known = self.products.get(slug)
        if known is None:
            for column in NEEDED:
                if (slug, column) not in self.filled:
                    self.plan.errors.add(line, column, f"{slug} is a new product and needs it")
            self.plan.writes.new_products[slug] = {
                KEPT_AS.get(name, name): value for name, (_, _, value) in said.items()
            }
            after = ", ".join(f"{said[name][1]}" for name in NEEDED if name in said)
            self.plan.changes.append(Change(line, "product", slug, slug, "new product", "", after))
            return
        if "publish_on" in said and known["unpublish_at"] and said["publish_on"][2] >= known["unpublish_at"]:
            ends = cells.show_day(known["unpublish_at"])
            self.plan.errors.add(said["publish_on"][0], "publish_on", f"{slug} is taken off sale on {ends} already")
        shown = standing.product_cells(known)
        for column, (at, after, value) in said.items():
            if column in prices.PRODUCT_PRICES:
                prices.change_product_price(self.plan, at, known, column, after, value)
            elif after != shown[column]:
                self.plan.changes.append(Change(at, "detail", slug, slug, column, shown[column], after))
                self.plan.writes.products.setdefault(known["product"], {})[KEPT_AS.get(column, column)] = value

    def _compare_size(self, piece: _Piece) -> None:
        there, row = self.there.get(piece.key), piece.row
        if there is None:
            self._add_size(piece)
            return
        counts.change_count(self.plan, row, there)
        price = self.plan.read(row, "size_price_naira", cells.price)
        if "size_price_naira" in row.cells:
            prices.change_size_price(self.plan, row, there, price)
        sku = row.cells["sku"]
        if sku != there["sku"] and self._may_have(piece, sku):
            self.plan.changes.append(Change(row.line, "detail", piece.slug, there["sku"], "sku", there["sku"], sku))
            self.plan.writes.sizes.setdefault(there["pk"], {})["sku"] = sku

    def _may_have(self, piece: _Piece, sku: str) -> bool:
        owner = self.owners.get(sku)
        if not SKU.fullmatch(sku):
            reason = f"{sku!r} is no SKU: use capitals, digits and hyphens"
        elif owner is not None:
            reason = f"{sku} belongs to {owner['product_slug']} in {owner['colour']}, {owner['size']}"
        else:
            return True
        self.plan.errors.add(piece.row.line, "sku", reason)
        return False

    def _add_size(self, piece: _Piece) -> None:
        row, sku = piece.row, piece.row.cells["sku"]
        price, counted, threshold = self._read_size(row)
        on_hand = counted or 0
        if not self._may_have(piece, sku):
            return
        if not sku.endswith(f"-{piece.size}"):
            self.plan.errors.add(row.line, "sku", f"must end in -{piece.size}")
            return
        stem = sku.removesuffix(f"-{piece.size}")
        colour = (piece.slug, piece.colour.pk)
        new = self.plan.writes.new_variants
        if (wanted := self.variants.get(colour) or new.setdefault(colour, stem)) != stem:
            self.plan.errors.add(
                row.line, "sku", f"sizes of this colour start with the same SKU: {wanted}-{piece.size}"
            )
        values = {"price_kobo": price, "low_stock_threshold": NEW_THRESHOLD if threshold is None else threshold}
        self.plan.writes.new_sizes.append(NewSize(piece.slug, piece.colour.pk, piece.size.pk, sku, values, on_hand))
        after = f"{piece.colour}, {piece.size}; {on_hand} on hand" + (f"; ₦{cells.show_price(price)}" if price else "")
        self.plan.changes.append(Change(row.line, "size", piece.slug, sku, "new size", "", after))

    def _check_new_colours(self, pieces: list[_Piece]) -> None:
        """What a new colour's SKU comes to must be free, and short enough."""
        new = self.plan.writes.new_variants
        taken = set(Variant.objects.filter(sku__in=new.values()).values_list("sku", flat=True)) if new else set()
        stems, done = Once(), set()
        for piece in pieces:
            colour = (piece.slug, piece.colour.pk)
            if colour not in new or colour in done:
                continue
            done.add(colour)
            stem, line = new[colour], piece.row.line
            if len(stem) > VARIANT_SKU_MAX:
                self.plan.errors.add(
                    line, "sku", f"what stands before the size is longer than {VARIANT_SKU_MAX} letters"
                )
            elif stem in taken or (first := stems.seen(stem, line)):
                where = "another colour" if stem in taken else f"the colour of line {first}"
                self.plan.errors.add(line, "sku", f"{stem} is the SKU of {where} already")

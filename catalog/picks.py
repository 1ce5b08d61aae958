"""A bundle's form: what was chosen in each slot, what it would cost bought singly, and what still stands in the way.

A slot has two fields: `piece_1` holds the SKU of a product in a colour, `size_1` the name of a size.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ShopError
from core.money import Money


@dataclass(frozen=True)
class Slot:
    number: int
    variant: dict[str, Any] | None
    size: str
    picked: dict[str, Any] | None
    error: str

    @property
    def sizes(self) -> list[dict[str, Any]]:
        return self.variant["sizes"] if self.variant else []


@dataclass(frozen=True)
class Choice:
    slots: list[Slot]
    single: Money
    saving: Money
    percent: int

    @property
    def picked(self) -> int:
        return sum(1 for slot in self.slots if slot.picked and not slot.error)

    @property
    def complete(self) -> bool:
        return self.picked == len(self.slots)


def choice_of(bundle: dict[str, Any], data: Mapping[str, Any]) -> Choice:
    """Reads the form against the bundle's page (catalog.detail.bundle_page). A saving of nought is not shown."""
    variants = {
        variant["sku"]: {**variant, "product": product["name"]}
        for product in bundle["eligible"]
        for variant in product["variants"]
    }
    used: Counter[str] = Counter()
    slots = [_slot(number, variants, data, used) for number in range(1, bundle["pieces"] + 1)]
    picked = [slot.picked["price"]["amount"] for slot in slots if slot.picked]
    single = sum(picked)
    saving = max(0, single - bundle["price"]["amount"]) if len(picked) == len(slots) else 0
    return Choice(slots, Money(single), Money(saving), round(saving * 100 / single) if single else 0)


def picked_skus(bundle: dict[str, Any], data: Mapping[str, Any]) -> list[str]:
    """The SKUs of a complete form. Raises ShopError with the field of the first slot that is not right."""
    skus = []
    for slot in choice_of(bundle, data).slots:
        if slot.picked is None or slot.error:
            field = f"size_{slot.number}" if slot.variant else f"piece_{slot.number}"
            missing = "choose a size." if slot.variant else "choose a style and colour."
            raise ShopError(f"Piece {slot.number}: {slot.error or missing}", code="incomplete_bundle", field=field)
        skus.append(slot.picked["sku"])
    return skus


def _slot(number: int, variants: dict[str, dict[str, Any]], data: Mapping[str, Any], used: Counter[str]) -> Slot:
    asked, size = data.get(f"piece_{number}", ""), data.get(f"size_{number}", "")
    variant = variants.get(asked)
    picked = next((row for row in variant["sizes"] if row["size"] == size), None) if variant else None
    error = ""
    if asked and variant is None:
        error = "this style is no longer sold. Choose another."
    elif variant and size and picked is None:
        error = f"{variant['product']} in {variant['colour']['name']} is not made in {size}. Choose another size."
    elif variant and picked:
        used[picked["sku"]] += 1
        error = _shortage(variant, picked, used[picked["sku"]])
    return Slot(number, variant, size, picked, error)


def _shortage(variant: dict[str, Any], picked: dict[str, Any], wanted: int) -> str:
    name = f"{variant['product']} in {variant['colour']['name']}, {picked['size']}"
    if not picked["in_stock"]:
        return f"{name} is sold out. Choose another size or colour."
    if wanted > picked["available"]:
        return f"only {picked['available']} of {name} left, and other pieces here use them. Choose another."
    return ""

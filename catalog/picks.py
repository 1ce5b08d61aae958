"""A bundle's form: what was chosen in each slot, what it would cost bought singly, and what still stands in the way.

A slot has two fields: `piece_1` holds the SKU of a product in a colour, `size_1` the name of a size. Together they are
the address of a choice, which can be shared. Buttons add one field: `pick` puts a piece into the slot of `slot`,
`do` repeats a piece (`copy-1`), clears it (`clear-1`) or gives all pieces its size (`size-1`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.detail import SHOWN_AVAILABLE_MAX
from core.errors import ShopError
from core.money import Money

VALUE_MAX = 60
NO_PIECE, NO_SIZE = "choose a style and colour.", "choose a size."


@dataclass(frozen=True)
class Slot:
    number: int
    asked: str
    variant: dict[str, Any] | None
    size: str
    picked: dict[str, Any] | None
    error: str

    @property
    def sizes(self) -> list[dict[str, Any]]:
        return self.variant["sizes"] if self.variant else []

    @property
    def done(self) -> bool:
        return self.picked is not None and not self.error

    @property
    def missing(self) -> str:
        """What there is to do in it; "" for a slot that is done."""
        return self.error or ("" if self.picked else NO_SIZE if self.variant else NO_PIECE)


@dataclass(frozen=True)
class Choice:
    slots: list[Slot]
    number: int
    """Of the slot that the next piece goes into."""
    single: Money
    saving: Money
    percent: int

    @property
    def picked(self) -> int:
        return sum(slot.done for slot in self.slots)

    @property
    def complete(self) -> bool:
        return self.picked == len(self.slots)

    @property
    def started(self) -> bool:
        return any(slot.variant for slot in self.slots)

    @property
    def has_room(self) -> bool:
        return any(slot.variant is None for slot in self.slots)

    @property
    def several_sizes(self) -> bool:
        return len({slot.size for slot in self.slots if slot.variant}) > 1

    @property
    def reason(self) -> str:
        """Why it cannot go into the bag yet; "" for a complete choice."""
        for slot in self.slots:
            if (slot.variant and slot.missing) or slot.error:
                return f"Piece {slot.number}: {slot.missing}"
        empty = sum(slot.variant is None for slot in self.slots)
        return f"Choose {empty} more piece{'' if empty == 1 else 's'}." if empty else ""

    def checked(self, refused: Mapping[int, str] | None = None) -> "Choice":
        """With a word at every slot that stands in the way; `refused` has those of the bag, by slot."""
        words = refused or {}
        return replace(self, slots=[replace(slot, error=words.get(slot.number) or slot.missing) for slot in self.slots])


def choice_of(bundle: dict[str, Any], data: Mapping[str, Any]) -> Choice:
    """Reads the form against the bundle's page (catalog.detail.bundle_page). A saving of nought is not shown."""
    variants = _variants(bundle)
    used: Counter[str] = Counter()
    slots = [_slot(number, variants, data, used) for number in range(1, bundle["pieces"] + 1)]
    picked = [slot.picked["price"]["amount"] for slot in slots if slot.picked]
    single = sum(picked)
    saving = max(0, single - bundle["price"]["amount"]) if len(picked) == len(slots) else 0
    percent = round(saving * 100 / single) if single else 0
    currency = bundle["price"]["currency"]
    number = _next(slots, data.get("choose", ""))
    return Choice(slots, number, Money(single, currency), Money(saving, currency), percent)


def pressed(bundle: dict[str, Any], data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a choice, with what the pressed button does to them done. Unknown fields are left out."""
    numbers = range(1, bundle["pieces"] + 1)
    fields = {name: str(data.get(name, ""))[:VALUE_MAX] for n in numbers for name in (f"piece_{n}", f"size_{n}")}
    if data.get("pick"):
        _put(bundle, fields, data)
    do, _, at = str(data.get("do", "")).partition("-")
    number = _number(at, len(numbers))
    if number and do == "clear":
        fields |= {f"piece_{number}": "", f"size_{number}": ""}
    elif number and do == "size":
        fields |= {f"size_{n}": fields[f"size_{number}"] for n in numbers if fields[f"piece_{n}"]}
    elif number and do == "copy":
        room = next((n for n in numbers if not fields[f"piece_{n}"]), None)
        if room:
            fields |= {f"piece_{room}": fields[f"piece_{number}"], f"size_{room}": fields[f"size_{number}"]}
    choose, line = str(data.get("choose", "")), str(data.get("line", ""))
    fields["choose"] = choose if _number(choose, len(numbers)) else ""
    fields["line"] = line if _number(line, 10**18) else ""
    return {name: value for name, value in fields.items() if value}


def picked_skus(choice: Choice) -> list[str]:
    """The SKUs of a complete choice. Raises ShopError with the field of the first slot that is not right."""
    for slot in choice.slots:
        if slot.missing:
            field = f"size_{slot.number}" if slot.variant else f"piece_{slot.number}"
            raise ShopError(f"Piece {slot.number}: {slot.missing}", code="incomplete_bundle", field=field)
    return [slot.picked["sku"] for slot in choice.slots if slot.picked]


def least_saving(bundle: dict[str, Any]) -> Money:
    """What any choice saves at least; nought where some choice saves nothing."""
    cheapest = min((product["price_from"]["amount"] for product in bundle["eligible"]), default=0)
    return Money(max(0, cheapest * bundle["pieces"] - bundle["price"]["amount"]), bundle["price"]["currency"])


def _put(bundle: dict[str, Any], fields: dict[str, str], data: Mapping[str, Any]) -> None:
    """In the size that the slot had, that was asked for, or that the other pieces have, if it is to be had."""
    variant = _variants(bundle).get(data["pick"])
    if variant is None:
        return
    numbers = range(1, bundle["pieces"] + 1)
    empty = next((n for n in numbers if not fields[f"piece_{n}"]), 1)
    number = _number(str(data.get("slot", "")), len(numbers)) or empty
    wishes = [data.get("want", ""), fields[f"size_{number}"], *(fields[f"size_{n}"] for n in reversed(numbers))]
    sizes = {row["size"] for row in variant["sizes"] if row["in_stock"]}
    fields[f"piece_{number}"] = variant["sku"]
    fields[f"size_{number}"] = next((size for size in wishes if size in sizes), "")


def _number(text: str, most: int) -> int:
    """Nought for what is none from 1 to `most`."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    return number if number <= most else 0


def _next(slots: list[Slot], asked: str) -> int:
    empty = (slot.number for slot in slots if slot.variant is None)
    return _number(asked, len(slots)) or next(empty, 1)


def _variants(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        variant["sku"]: {**variant, "product": product["name"]}
        for product in bundle["eligible"]
        for variant in product["variants"]
    }


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
    return Slot(number, asked, variant, size, picked, error)


def _shortage(variant: dict[str, Any], picked: dict[str, Any], wanted: int) -> str:
    name = f"{variant['product']} in {variant['colour']['name']}, {picked['size']}"
    if not picked["in_stock"]:
        return f"{name} is sold out. Choose another size or colour."
    # The greatest figure that is shown says "as many or more": then the bag counts.
    if picked["available"] < min(wanted, SHOWN_AVAILABLE_MAX):
        return f"only {picked['available']} of {name} left, and other pieces here use them. Choose another."
    return ""

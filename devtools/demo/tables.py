"""The demo shop's spreadsheets, and which of its pictures belongs to what."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
PICTURES = HERE / "pictures"


@dataclass(frozen=True)
class Picture:
    """`owner` is the SKU of a variant or the slug of a bundle; `colour` a hex, empty for a bundle."""

    owner: str
    alt: str
    source: str
    colour: str


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def hexes() -> dict[str, str]:
    """Colour name to hex."""
    return {row["name"]: row["hex"] for row in rows("colours")}


def pictures() -> list[Picture]:
    """In the order in which each owner shows them."""
    colours = {row["sku"].removesuffix(f"-{row['size']}"): hexes()[row["colour"]] for row in rows("products")}
    return [Picture(row["owner"], row["alt"], row["source"], colours.get(row["owner"], "")) for row in rows("images")]


def picture_name(source: str, colour: str) -> str:
    """The same drawing in the same colour is one file, whoever shows it."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", source).lower()
    return f"{words}{'-' if colour else ''}{colour.removeprefix('#').lower()}.webp"

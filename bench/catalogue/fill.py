"""Fills a shop by COPY: products of 4 colours in 6 sizes each, with names of a vocabulary as large as a real one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from django.db import connection, transaction

from catalog import listing_rows, search
from catalog.models import Category, Colour, Size, Synonyms

COLOURS = ("Black", "White", "Grey", "Navy", "Brown", "Beige", "Red", "Blue", "Green", "Burgundy", "Pink", "Olive")
SIZES = ("XS", "S", "M", "L", "XL", "2XL")
DEPARTMENTS = {
    "Briefs": ("Boxers", "Thongs"),
    "Gymwear": ("Leggings", "Joggers"),
    "Sets": ("Ankara", "Lounge"),
    "Bras": ("Sport",),
}
ADJECTIVES = (
    *("Everyday", "Sculpt", "Bold", "Calm", "Soft", "Lagos", "Coastal", "Midnight"),
    *("Feather", "Iron", "Amber", "Royal", "Silk", "Breeze", "Urban", "Velvet"),
)
NOUNS = (
    *("Boxer", "Brief", "Legging", "Jogger", "Set", "Bra", "Tee", "Jacket"),
    *("Short", "Vest", "Robe", "Hoodie", "Thong", "Trunk", "Tank", "Skirt"),
)
COLOURS_EACH = 4
RARE = 500  # one product in so many has a word of its own
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def fill(first: int, end: int, sizes_each: int = len(SIZES)) -> None:
    """Adds the products numbered from `first` to below `end`, without triggers, and makes their listing rows."""
    categories, colours, sizes = _names()
    sizes = sizes[:sizes_each]
    numbers = range(first + 1, end + 1)
    with transaction.atomic(), _without_triggers():
        _copy("product", PRODUCT, (_product(number, categories) for number in numbers))
        _copy("variant", VARIANT, (row for number in numbers for row in _variants(number, colours)))
        _copy("variantsize", SIZE, (row for number in numbers for row in _sizes(number, colours, sizes)))
        _copy("image", IMAGE, (row for number in numbers for row in _images(number, colours)))
        for table in ("product", "variant", "variantsize", "image"):
            _execute(f"SELECT setval('catalog_{table}_id_seq', (SELECT max(id) FROM catalog_{table}))")
        _execute(
            "INSERT INTO catalog_cataloguechange (product_id) SELECT id FROM catalog_product WHERE id > %s", [first]
        )
    _execute("ANALYZE catalog_product, catalog_variant, catalog_variantsize, catalog_image, catalog_pricerecord")
    listing_rows.apply_changes()
    search.learn_words()
    _execute("DELETE FROM catalog_cataloguechange")
    _execute("ANALYZE")


PRODUCT = (
    "id name slug description category_id gender fabric care base_price_kobo active is_new publish_at "
    "created_at updated_at"
)
VARIANT = "id product_id colour_id sku position active"
SIZE = "id variant_id size_id sku on_hand reserved low_stock_threshold active"
IMAGE = (
    "id variant_id position alt is_primary is_illustration original state attempts error width height renditions "
    "created_at updated_at"
)


def _names() -> tuple[list[int], list[int], list[int]]:
    """Ids of the categories, colours and sizes, which may be there already."""
    categories, colours, sizes = [], [], []
    for position, (name, below) in enumerate(DEPARTMENTS.items()):
        top = _named(Category, slug=name.lower(), name=name, position=position)
        categories += [top, *(_named(Category, slug=child.lower(), name=child, parent_id=top) for child in below)]
    for position, name in enumerate(COLOURS):
        colours.append(_named(Colour, slug=name.lower(), name=name, hex="#1E1E1E", position=position))
    for position, name in enumerate(SIZES):
        sizes.append(_named(Size, name=name, position=position))
    Synonyms.objects.get_or_create(words="boxer, brief, underwear, pant")
    return categories, colours, sizes


def _named(model: type[Category] | type[Colour] | type[Size], **values: Any) -> int:
    key = "slug" if "slug" in values else "name"
    row, _ = model.objects.get_or_create(**{key: values.pop(key)}, defaults=values)
    return int(row.pk)


def _product(number: int, categories: list[int]) -> tuple[Any, ...]:
    adjective, noun = ADJECTIVES[number % 16], NOUNS[number // 16 % 16]
    rare = f" Zephyr{number // RARE}" if number % RARE == 0 else ""
    return (
        number,
        f"{adjective} {noun} {number}{rare}",
        f"{adjective}-{noun}-{number}".lower(),
        "Soft, breathable cotton with a flat seam that does not show. " * 3,
        categories[number % len(categories)],
        ("women", "men", "unisex")[number % 3],
        "95 % cotton, 5 % elastane",
        "Machine wash at 30 degrees.",
        500_000 + number * 7919 % 300 * 5_000,
        True,
        number % 50 == 0,
        NOW - timedelta(minutes=number * 31 % 400_000),
        NOW,
        NOW,
    )


def _variants(number: int, colours: list[int]) -> Iterator[tuple[Any, ...]]:
    for position in range(COLOURS_EACH):
        colour = colours[(number + position * 3) % len(colours)]
        yield (_variant(number, position), number, colour, f"BEN-{number}-{position}", position, True)


def _sizes(number: int, colours: list[int], sizes: list[int]) -> Iterator[tuple[Any, ...]]:
    for position, (place, size) in product(range(COLOURS_EACH), enumerate(sizes)):
        on_hand = 0 if number % 10 == 0 or (number + position + place) % 4 == 0 else 25
        variant = _variant(number, position)
        yield (
            variant * len(sizes) + place,
            variant,
            size,
            f"BEN-{number}-{position}-{SIZES[place]}",
            on_hand,
            0,
            3,
            True,
        )


def _images(number: int, colours: list[int]) -> Iterator[tuple[Any, ...]]:
    for position in range(COLOURS_EACH):
        variant = _variant(number, position)
        names = f'{{"360": "r/{variant}-360.avif", "720": "r/{variant}-720.avif"}}'
        renditions = f'{{"avif": {names}, "webp": {names}, "jpeg": {names}}}'
        yield (variant, variant, 1, "Front", True, True, "", "ready", 0, "", 1080, 1350, renditions, NOW, NOW)


def _variant(number: int, position: int) -> int:
    return number * COLOURS_EACH + position


def _copy(table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"COPY catalog_{table} ({', '.join(columns.split())}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def _without_triggers() -> Iterator[None]:
    _execute("SET LOCAL session_replication_role = replica")
    _execute("SET LOCAL statement_timeout = 0")  # a COPY of millions of rows is one statement
    yield
    _execute("SET LOCAL session_replication_role = origin")
    _execute("SET LOCAL statement_timeout = '15s'")


def _execute(statement: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)

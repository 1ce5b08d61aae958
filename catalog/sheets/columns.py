"""The columns of each kind of sheet, as staff read of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`told` columns help people to find a row: an export writes them, an import does not change them."""

    name: str
    help: str
    required: bool = False
    told: bool = False
    number: bool = False


SLUG = Column(
    "product_slug", "The product's address and its key. A slug that is not known yet makes a new product.", True
)
PRICE = Column(
    "price_naira",
    "The product's price, such as 8500 or 8500.50. It stands on any one row of the product; blank leaves it.",
    number=True,
)
DOLLARS = Column(
    "price_usd",
    "The product's fixed price in dollars, such as 12.50. Blank leaves it; none takes it away: the rate decides.",
    number=True,
)
SIZE_PRICE = Column(
    "size_price_naira",
    "Only where this size costs something else. Blank: it costs what the product costs. Without the column: as it is.",
    number=True,
)
ON_HAND = Column(
    "on_hand",
    "Pieces counted on the shelf, those kept for unpaid orders among them. Blank leaves the count.",
    number=True,
)
THRESHOLD = Column("low_stock_threshold", "From how many on it counts as low. Blank leaves it; new is 3.", number=True)
COLOUR = Column("colour", "A name that the shop knows, such as Navy Blue.", True)
SIZE = Column("size", "A name that the shop knows, such as M.", True)
WHOSE = (
    Column("product_slug", "Whose it is. Refused where it does not fit the SKU."),
    Column("name", "To find the row by.", told=True),
    Column("colour", "To find the row by.", told=True),
    Column("size", "To find the row by.", told=True),
)

PRODUCTS = (
    SLUG,
    Column("name", "At most 120 characters. This and all that describes the product stands on any one of its rows."),
    Column("category", "The category's slug."),
    Column("gender", "women, men or unisex."),
    Column("description", "May have several lines."),
    Column("fabric", "At most 200 characters."),
    Column("care", "At most 300 characters."),
    PRICE,
    DOLLARS,
    Column("is_new", "yes or no: a new release."),
    Column("active", "yes or no: whether it is sold."),
    Column("publish_on", "The day on which it goes on sale, such as 2026-03-31. A new product without one: at once."),
    COLOUR,
    SIZE,
    Column("sku", "For a new size what the colour's SKU is, a hyphen and the size: PRC-BRF-001-BLK-M.", True),
    SIZE_PRICE,
    ON_HAND,
    THRESHOLD,
)
PRICES = (Column("sku", "Which size.", True), *WHOSE, PRICE, DOLLARS, SIZE_PRICE)
STOCK = (
    Column("sku", "Which size.", True),
    *WHOSE,
    ON_HAND,
    Column("reserved", "Kept for unpaid orders; a count cannot be below it.", told=True, number=True),
    THRESHOLD,
)
# What describes a product, and so needs to stand on one of its rows only.
OF_PRODUCT = tuple(column.name for column in PRODUCTS[1:12])

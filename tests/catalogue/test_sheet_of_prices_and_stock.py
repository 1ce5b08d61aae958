"""Prices and counts from a sheet, row by row of what is sold."""

import pytest

from catalog.models import Colour, Product, StockMovement, VariantSize
from catalog.sheets.applying import NotApplied
from tests.catalogue.sheets import changes_of, errors_of, imported, looked_at, text
from tests.factories import CategoryFactory, VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db
PRICES = "sku,product_slug,price_naira,size_price_naira"
STOCK = "sku,on_hand,low_stock_threshold"


@pytest.fixture(autouse=True)
def _sold() -> None:
    size = VariantSizeFactory(sku="TRK-BLK-M", on_hand=5, variant__product__slug="trunk")
    VariantSizeFactory(sku="TRK-BLK-L", on_hand=0, variant=size.variant, size__name="L", price_kobo=900_000)
    VariantSizeFactory(sku="SHT-BLK-M", on_hand=9, variant__product__slug="shirt")


def test_prices_of_products_and_sizes_change() -> None:
    sheet = text("TRK-BLK-M,trunk,9000.50,", "TRK-BLK-L,,,8000", "SHT-BLK-M,shirt,,", header=PRICES)
    assert changes_of("prices", sheet) == [
        "trunk: price_naira 8500 → 9000.50",
        "TRK-BLK-L: size_price_naira 9000 → 8000",
    ]
    assert imported("prices", sheet).summary == "2 prices"
    assert Product.objects.get(slug="trunk").base_price_kobo == 900_050
    assert dict(VariantSize.objects.values_list("sku", "price_kobo")) == {
        "TRK-BLK-M": None,
        "TRK-BLK-L": 800_000,
        "SHT-BLK-M": None,
    }


def test_a_blank_price_of_a_size_goes_back_to_the_product_and_no_column_leaves_it() -> None:
    assert changes_of("prices", text("TRK-BLK-L,8500", header="sku,price_naira")) == []
    assert changes_of("prices", text("TRK-BLK-L,", header="sku,size_price_naira")) == [
        "TRK-BLK-L: size_price_naira 9000 → blank"
    ]


@pytest.mark.parametrize(
    ("kind", "row", "header"),
    [
        ("prices", "TRK-BLK-M,{}", "sku,price_usd"),
        ("products", "trunk,Black,M,TRK-BLK-M,{}", "product_slug,colour,size,sku,price_usd"),
    ],
)
def test_a_fixed_dollar_price_is_written_left_alone_and_taken_away(kind: str, row: str, header: str) -> None:
    Colour.objects.update(name="Black")
    trunk = Product.objects.get(slug="trunk")
    assert changes_of(kind, text(row.format("$5.50"), header=header)) == ["trunk: price_usd blank → 5.50"]
    imported(kind, text(row.format("5.5"), header=header))
    trunk.refresh_from_db()
    assert (trunk.usd_price_cents, trunk.base_price_kobo) == (550, 850_000)
    assert changes_of(kind, text(row.format(""), header=header)) == []
    assert imported(kind, text(row.format("None"), header=header)).summary == "1 price"
    trunk.refresh_from_db()
    assert trunk.usd_price_cents is None


def test_a_new_product_may_have_one_from_the_start() -> None:
    header = "product_slug,name,category,price_naira,price_usd,colour,size,sku"
    Colour.objects.update(name="Black")
    rows = ["cap,Cap,briefs,5000,4,Black,M,CAP-BLK-M", "hat,Hat,briefs,5000,none,Black,M,HAT-BLK-M"]
    CategoryFactory(slug="briefs")
    imported("products", text(*rows, header=header))
    assert dict(Product.objects.filter(slug__in=["cap", "hat"]).values_list("slug", "usd_price_cents")) == {
        "cap": 400,
        "hat": None,
    }


def test_a_dollar_price_that_is_another_by_half_is_warned_of_in_dollars() -> None:
    Product.objects.filter(slug="trunk").update(usd_price_cents=550)
    plan = looked_at("prices", text("TRK-BLK-M,55", header="sku,price_usd"))
    assert plan.warnings == ["line 2: trunk goes from $5.50 to $55 (+900 %)."]


def test_a_price_that_is_another_by_half_is_warned_of() -> None:
    plan = looked_at("prices", text("TRK-BLK-M,trunk,85000,", "SHT-BLK-M,shirt,8000,4000", header=PRICES))
    assert plan.warnings == [
        "line 2: trunk goes from ₦8,500 to ₦85,000 (+900 %).",
        "line 3: SHT-BLK-M goes from ₦8,500 to ₦4,000 (-53 %).",
    ]


def test_counts_go_into_the_ledger() -> None:
    sheet = text("TRK-BLK-M,3,", "TRK-BLK-L,7,2", "SHT-BLK-M,,", header=STOCK)
    assert changes_of("stock", sheet) == [
        "TRK-BLK-M: on_hand 5 → 3",
        "TRK-BLK-L: on_hand 0 → 7",
        "TRK-BLK-L: low_stock_threshold 3 → 2",
    ]
    imported("stock", sheet)
    counted = StockMovement.objects.filter(reason="count").order_by("pk")
    assert list(counted.values_list("variant_size__sku", "change")) == [("TRK-BLK-M", -2), ("TRK-BLK-L", 7)]
    assert list(VariantSize.objects.order_by("pk").values_list("on_hand", "low_stock_threshold")) == [
        (3, 3), (7, 2), (9, 3),
    ]  # fmt: skip


def test_a_count_below_what_is_kept_is_named_before_anything_is_applied() -> None:
    placed_order((VariantSize.objects.get(sku="TRK-BLK-M"), 4))
    sheet = text("SHT-BLK-M,1,", "TRK-BLK-M,3,", header=STOCK)
    assert errors_of("stock", sheet) == [(3, "on_hand", "3 is below the 4 kept for unpaid orders. Count again later")]
    with pytest.raises(NotApplied, match="line 3, on_hand"):
        imported("stock", sheet)
    assert VariantSize.objects.get(sku="SHT-BLK-M").on_hand == 9


@pytest.mark.parametrize(
    ("kind", "row", "column", "reason"),
    [
        ("prices", "NO-SUCH-M,,9000,", "sku", "there is no size with the SKU 'NO-SUCH-M'"),
        ("prices", ",,9000,", "sku", "it is blank"),
        ("prices", "SHT-BLK-M,,9000,", "sku", "SHT-BLK-M stands in line 2 too"),
        ("prices", "TRK-BLK-M,shirt,9000,", "product_slug", "TRK-BLK-M belongs to trunk, not to 'shirt'"),
        ("prices", "TRK-BLK-M,,-9000,", "price_naira", "-9000 is below nought"),
        ("prices", "TRK-BLK-M,,(9000),", "price_naira", "is below nought"),
        ("prices", "TRK-BLK-M,,=8500*2,", "price_naira", "'=8500*2' is a formula"),
        ("prices", "TRK-BLK-M,,$9000,", "price_naira", "'$9000' is in another currency. Write it in NGN"),
        ("prices", "TRK-BLK-M,,0,", "price_naira", "above nought"),
        ("prices", "TRK-BLK-M,,9000.999,", "price_naira", "is not an amount"),
        ("prices", "TRK-BLK-M,,,-1", "size_price_naira", "is below nought"),
        ("stock", "TRK-BLK-M,-1,", "on_hand", "-1 is below nought"),
        ("stock", "TRK-BLK-M,many,", "on_hand", "is no count of pieces"),
        ("stock", "TRK-BLK-M,,99999", "low_stock_threshold", "is more than 32,767"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_applied(kind: str, row: str, column: str, reason: str) -> None:
    good, header = ("SHT-BLK-M,,7000,", PRICES) if kind == "prices" else ("SHT-BLK-M,1,", STOCK)
    sheet = text(good, row, header=header)
    assert [(line, where) for line, where, _ in errors_of(kind, sheet)] == [(3, column)]
    assert reason in errors_of(kind, sheet)[0][2]
    with pytest.raises(NotApplied, match=f"line 3, {column}"):
        imported(kind, sheet)
    assert Product.objects.filter(base_price_kobo=850_000).count() == 2
    assert not StockMovement.objects.filter(reason="count").exists()


def test_a_row_that_is_wrong_twice_is_told_twice_and_all_in_the_order_of_the_lines() -> None:
    sheet = text("NO-SUCH-M,,-1,", "TRK-BLK-M,trunk,9000", "SHT-BLK-M,,,0", header=PRICES)
    wrong = [(line, column) for line, column, _ in errors_of("prices", sheet)]
    assert wrong == [(2, "sku"), (2, "price_naira"), (3, ""), (4, "size_price_naira")]


def test_two_prices_for_one_product_are_refused() -> None:
    sheet = text("TRK-BLK-M,trunk,9000,", "TRK-BLK-L,trunk,9100,", header=PRICES)
    assert errors_of("prices", sheet) == [
        (3, "price_naira", "differs from line 2, which says '9000' of the same product")
    ]


def test_words_that_stay_as_they_are_in_the_shop_are_told() -> None:
    plan = looked_at("stock", text("TRK-BLK-M,5,Something else", header="sku,on_hand,name"))
    assert not plan.errors
    assert plan.warnings[0].startswith("line 2: name is 'Everyday Brief")

"""Products from a sheet: new ones with stock in the ledger, known ones changed where the sheet says something else."""

from datetime import UTC, datetime

import pytest

from catalog.models import Product, StockMovement, Variant, VariantSize
from tests.catalogue.sheets import TRUNK, changes_of, errors_of, imported, looked_at, text
from tests.factories import CategoryFactory, ColourFactory, SizeFactory, VariantSizeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _names() -> None:
    CategoryFactory(slug="briefs", name="Briefs")
    for slug in ("black", "navy"):
        ColourFactory(slug=slug)
    for name in ("M", "L"):
        SizeFactory(name=name)


def test_a_sheet_becomes_products_with_stock_in_the_ledger() -> None:
    plan = imported("products", "\ufeff" + text(*TRUNK))
    assert plan.summary == "1 new product, 3 new sizes"
    product = Product.objects.get()
    assert (product.name, product.base_price_kobo) == ("Trunk", 850_000)
    assert list(product.variants.values_list("sku", "position")) == [("TRK-BLK", 0), ("TRK-NAV", 1)]
    large = VariantSize.objects.get(sku="TRK-BLK-L")
    assert (large.price_kobo, large.on_hand, large.low_stock_threshold) == (900_000, 0, 3)
    movement = VariantSize.objects.get(sku="TRK-BLK-M").movements.get()
    assert (movement.change, movement.reason) == (5, StockMovement.Reason.RECEIVED)


def test_the_preview_shows_each_cell_before_and_after_and_changes_nothing() -> None:
    imported("products", text(*TRUNK))
    sheet = text("trunk,,,9000,Black,M,TRK-BLK-M,,8", "trunk,Brief trunk,,,Navy,M,TRK-NAV-M,8000,2")
    assert changes_of("products", sheet) == [
        "trunk: price_naira 8500 → 9000",
        "TRK-BLK-M: on_hand 5 → 8",
        "trunk: name Trunk → Brief trunk",
        "TRK-NAV-M: size_price_naira blank → 8000",
    ]
    assert Product.objects.get().base_price_kobo == 850_000
    assert imported("products", sheet).counts == {"price": 2, "count": 1, "detail": 1}
    assert Product.objects.get().base_price_kobo == 900_000
    counted = VariantSize.objects.get(sku="TRK-BLK-M").movements.first()
    assert counted is not None
    assert (counted.change, counted.reason) == (3, StockMovement.Reason.COUNT)


def test_the_same_sheet_twice_changes_nothing() -> None:
    for _ in range(2):
        plan = imported("products", text(*TRUNK))
    assert (plan.changes, plan.summary) == ([], "")
    assert VariantSize.objects.get(sku="TRK-BLK-M").movements.count() == 1


def test_blank_cells_and_missing_columns_leave_what_is_there() -> None:
    imported("products", text(*TRUNK))
    assert changes_of("products", text("trunk,Black,L,TRK-BLK-L", header="product_slug,colour,size,sku")) == []
    assert changes_of("products", text("trunk,,,,Black,L,TRK-BLK-L,9000,")) == []
    # A blank price of a size is the price of its product.
    assert changes_of("products", text("trunk,,,,Black,L,TRK-BLK-L,,")) == ["TRK-BLK-L: size_price_naira 9000 → blank"]


def test_rows_may_be_sorted() -> None:
    imported("products", text(*reversed(TRUNK)))
    assert Product.objects.get().name == "Trunk"


def test_a_colour_comes_behind_those_that_are_there() -> None:
    imported("products", text(*TRUNK[:2]))
    imported("products", text(TRUNK[2]))
    assert list(Variant.objects.values_list("sku", "position")) == [("TRK-BLK", 0), ("TRK-NAV", 1)]


def test_a_sku_can_be_changed_but_not_taken_from_another() -> None:
    imported("products", text(*TRUNK))
    assert changes_of("products", text("trunk,,,,Black,M,TRK-JET-M,,")) == ["TRK-BLK-M: sku TRK-BLK-M → TRK-JET-M"]
    other = VariantSizeFactory(sku="OTHER-M", variant__product__slug="other")
    assert errors_of("products", text("trunk,,,,Black,M,OTHER-M,,"))[0] == (
        2, "sku", f"OTHER-M belongs to other in {other.variant.colour}, M",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("trunk,Trunk,socks,8500,Black,M,TRK-BLK-M,,5", "category", "there is no category 'socks'"),
        ("trunk,Trunk,briefs,-1,Black,M,TRK-BLK-M,,5", "price_naira", "is below nought"),
        ("trunk,Trunk,briefs,0,Black,M,TRK-BLK-M,,5", "price_naira", "a price is above nought"),
        ("trunk,Trunk,briefs,99999999999,Black,M,TRK-BLK-M,,5", "price_naira", "more than the shop can charge"),
        ("trunk,Trunk,briefs,8500,Puce,M,TRK-BLK-M,,5", "colour", "there is no colour 'Puce'"),
        ("trunk,Trunk,briefs,8500,Black,9XL,TRK-BLK-9XL,,5", "size", "there is no size '9XL'"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-L,,5", "sku", "must end in -M"),
        ("trunk,Trunk,briefs,8500,Black,M,=cmd()-M,,5", "sku", "is a formula"),
        ("trunk,Trunk,briefs,8500,Black,M,1.23E+11,,5", "sku", "is no SKU"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,0,5", "size_price_naira", "a price is above nought"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,-5", "on_hand", "-5 is below nought"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,1.5", "on_hand", "is no count of pieces"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,9999999", "on_hand", "is more than 1,000,000"),
        ("no slug!,Trunk,briefs,8500,Black,M,TRK-BLK-M,,5", "product_slug", "is no slug"),
        ("trunk,,briefs,8500,Black,M,TRK-BLK-M,,5", "name", "trunk is a new product and needs it"),
        ("trunk,Trunk\0,briefs,8500,Black,M,TRK-BLK-M,,5", "name", "cannot be stored"),
        ("trunk,#REF!,briefs,8500,Black,M,TRK-BLK-M,,5", "name", "a formula has failed here"),
        (f"trunk,{'x' * 121},briefs,8500,Black,M,TRK-BLK-M,,5", "name", "longer than 120"),
        (f"trunk,Trunk,briefs,8500,Black,M,{'X' * 41}-M,,5", "sku", "longer than 40"),
        ("trunk,Trunk,briefs,8500,Black,M,SHT-BLK-M,,5", "sku", "SHT-BLK-M stands in line 2 too"),
        ("shirt,,,,Black,M,SHT-TWO-M,,5", "size", "shirt in Black, M stands in line 2 too"),
        ("shirt,Vest,,,Black,L,SHT-BLK-L,,5", "name", "differs from line 2, which says 'Shirt'"),
        ("shirt,,,8600,Black,L,SHT-BLK-L,,5", "price_naira", "differs from line 2, which says '8500'"),
        ("shirt,,,,Black,L,SHT-JET-L,,5", "sku", "start with the same SKU: SHT-BLK-L"),
        ("trunk,Trunk,briefs,8500,Navy,L,SHT-BLK-L,,5", "sku", "SHT-BLK is the SKU of the colour of line 2 already"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,5", "", "the row has 8 cells, but the header has 9"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,5,6", "", "the row has 10 cells, but the header has 9"),
        ('trunk,"Trunk"x,briefs,8500,Black,M,TRK-BLK-M,,5', "", "the row cannot be read"),
        ('trunk,"Trunk,briefs,8500,Black,M,TRK-BLK-M,,5', "", "the row cannot be read"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_applied(row: str, column: str, reason: str) -> None:
    sheet = text("shirt,Shirt,briefs,8500,Black,M,SHT-BLK-M,,5", row)
    assert [(line, where) for line, where, _ in errors_of("products", sheet)] == [(3, column)]
    assert reason in errors_of("products", sheet)[0][2]
    with pytest.raises(Exception, match="line 3"):
        imported("products", sheet)
    assert not Product.objects.exists()


def test_a_publishing_day_is_that_of_lagos() -> None:
    header = "product_slug,name,category,price_naira,colour,size,sku,publish_on"
    day = text("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,2026-03-31", header=header)
    imported("products", day)
    assert Product.objects.get().publish_at.isoformat() == "2026-03-30T23:00:00+00:00"
    assert changes_of("products", day) == []
    wrong = text("trunk,,,,Black,M,TRK-BLK-M,31/03/2026", header=header)
    assert errors_of("products", wrong)[0][:2] == (2, "publish_on")


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    sheet = text("no slug!,Trunk,socks,-1,Puce,9XL,,0,-5", "trunk,Trunk,briefs,8500,Black,M,,0,-5")
    wrong = [(line, column) for line, column, _ in errors_of("products", sheet)]
    first = {"product_slug", "category", "price_naira", "colour", "size", "size_price_naira", "on_hand"}
    assert {column for line, column in wrong if line == 2} == first
    assert {column for line, column in wrong if line == 3} == {"sku", "size_price_naira", "on_hand"}
    assert len(wrong) == len(set(wrong)) == 10


def test_a_product_cannot_come_after_it_has_gone() -> None:
    imported("products", text(*TRUNK))
    gone = datetime(2027, 2, 1, tzinfo=UTC)
    Product.objects.update(unpublish_at=gone)
    late = text("trunk,Black,M,TRK-BLK-M,2027-03-01", header="product_slug,colour,size,sku,publish_on")
    assert errors_of("products", late) == [(2, "publish_on", "trunk is taken off sale on 2027-02-01 already")]


def test_every_wrong_row_is_told_up_to_some_hundreds() -> None:
    rows = [f"shirt-{number},Shirt,briefs,-1,Black,M,SHT-{number}-M,,5" for number in range(400)]
    plan = looked_at("products", text(*rows))
    assert (len(plan.errors.shown), len(plan.errors)) == (300, 400)

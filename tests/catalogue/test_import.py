"""Products from a spreadsheet: a preview that names every wrong row, and all or nothing."""

import pytest

from catalog import importing
from catalog.models import Product, VariantSize
from tests.factories import CategoryFactory, ColourFactory, SizeFactory

pytestmark = pytest.mark.django_db

HEADER = "product_slug,name,category,price_naira,colour,size,sku,size_price_naira,on_hand"
GOOD = [
    "trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,5",
    "trunk,,,,Black,L,TRK-BLK-L,9000,0",
    "trunk,,,,Navy,M,TRK-NAV-M,,2",
]


@pytest.fixture(autouse=True)
def _names() -> None:
    CategoryFactory(slug="briefs", name="Briefs")
    for slug in ("black", "navy"):
        ColourFactory(slug=slug)
    for name in ("M", "L"):
        SizeFactory(name=name)


def sheet(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


def test_a_sheet_becomes_products_with_stock_in_the_ledger() -> None:
    plan = importing.preview("\ufeff" + sheet(*GOOD))
    assert (plan.errors, plan.changes) == ([], ["trunk: new product with 3 sizes"])
    assert importing.apply(plan) == 1
    product = Product.objects.get()
    assert (product.name, product.base_price_kobo, product.variants.count()) == ("Trunk", 850_000, 2)
    large = VariantSize.objects.get(sku="TRK-BLK-L")
    assert (large.price_kobo, large.on_hand) == (900_000, 0)
    assert VariantSize.objects.get(sku="TRK-BLK-M").movements.get().change == 5


def test_the_preview_shows_what_would_change_and_changes_nothing() -> None:
    importing.apply(importing.preview(sheet(*GOOD)))
    plan = importing.preview(sheet("trunk,,,9000,Black,M,TRK-BLK-M,,8"))
    assert plan.changes == [
        "trunk: base_price_kobo from 850000 to 900000",
        "TRK-BLK-M: on hand from 5 to 8",
    ]
    assert Product.objects.get().base_price_kobo == 850_000
    importing.apply(plan)
    assert Product.objects.get().base_price_kobo == 900_000


def test_the_same_sheet_twice_changes_nothing() -> None:
    importing.apply(importing.preview(sheet(*GOOD)))
    plan = importing.preview(sheet(*GOOD))
    assert plan.changes == []
    importing.apply(plan)
    assert VariantSize.objects.get(sku="TRK-BLK-M").movements.count() == 1


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("trunk,Trunk,socks,8500,Black,M,TRK-BLK-M,,5", "category", "there is no category 'socks'"),
        ("trunk,Trunk,briefs,-1,Black,M,TRK-BLK-M,,5", "price_naira", "is not an amount"),
        ("trunk,Trunk,briefs,0,Black,M,TRK-BLK-M,,5", "price_naira", "a price is above nought"),
        ("trunk,Trunk,briefs,8500,Puce,M,TRK-BLK-M,,5", "colour", "there is no colour 'Puce'"),
        ("trunk,Trunk,briefs,8500,Black,9XL,TRK-BLK-9XL,,5", "size", "there is no size '9XL'"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-L,,5", "sku", "must end in -M"),
        ("trunk,Trunk,briefs,8500,Black,M,=cmd()-M,,5", "sku", "is no SKU"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,0,5", "size_price_naira", "a price is above nought"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,-5", "on_hand", "is no count of pieces"),
        ("trunk,Trunk,briefs,8500,Black,M,TRK-BLK-M,,1.5", "on_hand", "is no count of pieces"),
        ("no slug!,Trunk,briefs,8500,Black,M,TRK-BLK-M,,5", "product_slug", "is no slug"),
        ("trunk,,briefs,8500,Black,M,TRK-BLK-M,,5", "name", "a new product needs it"),
        ("trunk,Trunk\0,briefs,8500,Black,M,TRK-BLK-M,,5", "name", "cannot be stored"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_applied(row: str, column: str, reason: str) -> None:
    plan = importing.preview(sheet("shirt,Shirt,briefs,8500,Black,M,SHT-BLK-M,,5", row))
    assert [(error.line, error.column) for error in plan.errors] == [(3, column)]
    assert reason in plan.errors[0].reason
    with pytest.raises(importing.NotApplied, match="line 3"):
        importing.apply(plan)
    assert not Product.objects.exists()


def test_a_sku_twice_is_named_with_both_lines() -> None:
    plan = importing.preview(sheet(GOOD[0], "shirt,Shirt,briefs,8500,Black,M,TRK-BLK-M,,5"))
    assert [str(error) for error in plan.errors] == ["line 3, sku: TRK-BLK-M stands in line 2 too"]


def test_a_missing_or_unknown_column_is_named() -> None:
    plan = importing.preview("product_slug,colour,size,price\n")
    assert {(error.column, error.reason) for error in plan.errors} == {
        ("sku", "the column is missing"),
        ("price", "the shop knows no such column"),
    }

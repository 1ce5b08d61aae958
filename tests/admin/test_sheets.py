"""Sheets in the back office: taken, sent, looked at, applied, by who may and by nobody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog import stock
from catalog.models import SheetImport, VariantSize
from tests.admin.conftest import messages_of
from tests.catalogue.sheets import workbook
from tests.factories import VariantSizeFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/catalog/sheetimport/"
EXPORT = f"{PAGE}export/"


@pytest.fixture
def size() -> VariantSize:
    made: VariantSize = VariantSizeFactory(sku="TRK-BLK-M", on_hand=5, variant__product__slug="trunk")
    return made


def send(desk: Client, kind: str, content: str | bytes, name: str = "sheet.csv") -> Any:
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return desk.post(PAGE, {"kind": kind, "file": file}, follow=True)


def press(desk: Client, page: Any, button: str) -> Any:
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    return desk.post(page.request["PATH_INFO"], {"do": button, "seen": seen[1] if seen else ""}, follow=True)


def test_a_sheet_is_looked_at_and_then_applied(desk: Client, size: VariantSize) -> None:
    page = send(desk, "prices", workbook(["sku", "price_naira"], ["TRK-BLK-M", 90000]), "prices.xlsx")
    text = page.content.decode()
    assert "<del>8500</del>" in text
    assert "<ins>90000</ins>" in text
    assert "+959 %" in text
    assert size.variant.product.base_price_kobo == 850_000
    done = press(desk, page, "apply")
    assert messages_of(done) == "Prices from prices.xlsx is applied: 1 price changed."
    size.variant.product.refresh_from_db()
    assert size.variant.product.base_price_kobo == 9_000_000
    assert "<del>8500</del>" in done.content.decode()
    assert 'value="apply"' not in done.content.decode()


def test_stock_sold_meanwhile_is_told_and_shown_anew(desk: Client, size: VariantSize) -> None:
    page = send(desk, "stock", "sku,on_hand\nTRK-BLK-M,8\n")
    stock.adjust(size.pk, -1, "damaged")
    told = press(desk, page, "apply")
    assert "has changed since you looked" in messages_of(told)
    assert "<del>4</del>" in told.content.decode()
    assert "applied: 1 stock count" in messages_of(press(desk, told, "apply"))


def test_wrong_rows_are_told_and_cannot_be_applied(desk: Client, size: VariantSize) -> None:
    page = send(desk, "stock", "sku,on_hand\nTRK-BLK-M,8\nTRK-BLK-M,-1\n<b>,1\n")
    text = page.content.decode()
    assert "3 cells are wrong" in text
    assert "TRK-BLK-M stands in line 2 too" in text
    assert "&lt;b&gt;" in text
    assert 'value="apply"' not in text
    assert "Nothing was imported" in messages_of(press(desk, page, "apply"))
    size.refresh_from_db()
    assert size.on_hand == 5
    assert "Nothing was changed" in messages_of(press(desk, page, "let-go"))
    assert not SheetImport.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name", "status", "words"),
    [
        ("stock", "sheet.pdf", 422, "A .pdf file is no sheet"),
        ("stock", "sheet.xlsx", 422, "inside it is no workbook"),
        ("wishes", "sheet.csv", 400, "no kind of sheet"),
    ],
)
def test_what_is_no_sheet_is_refused_beside_the_form(
    desk: Client, kind: str, name: str, status: int, words: str
) -> None:
    page = send(desk, kind, "sku,on_hand\nTRK-BLK-M,8\n", name)
    assert page.status_code == status
    assert words in page.content.decode()
    assert not SheetImport.objects.exists()


def test_no_file_is_told(desk: Client) -> None:
    assert "Choose the file" in desk.post(PAGE, {"kind": "stock"}).content.decode()


@pytest.mark.usefixtures("size")
def test_exports_are_files_of_all_or_of_one_category(desk: Client) -> None:
    other = VariantSizeFactory(sku="VST-BLK-M")
    answer = desk.get(EXPORT, {"sheet": "stock.csv"})
    assert re.search(r'filename="prechi-stock-[\d-]+\.csv"', answer["Content-Disposition"])
    text = answer.getvalue().decode("utf-8-sig")
    assert "TRK-BLK-M," in text
    assert "VST-BLK-M," in text
    category = other.variant.product.category.slug
    only = desk.get(EXPORT, {"sheet": "stock.csv", "category": category}).getvalue().decode()
    assert "TRK-BLK-M" not in only
    assert "VST-BLK-M" in only
    assert desk.get(EXPORT, {"sheet": "prices.xlsx"}).getvalue().startswith(b"PK")
    for wrong in ({"sheet": "stock.exe"}, {"sheet": "nothing.csv"}, {"sheet": "stock.csv", "category": "x"}):
        assert desk.get(EXPORT, wrong).status_code == 302


@pytest.mark.parametrize(
    ("rights", "may_send", "may_take"),
    [
        (["catalog.change_product"], {"prices"}, {"prices"}),
        (["catalog.change_variantsize"], {"stock"}, {"stock"}),
        (["catalog.view_product"], set(), {"products", "prices"}),
        (
            ["catalog.change_product", "catalog.add_product", "catalog.change_variantsize"],
            {"products", "prices", "stock"},
            {"products", "prices", "stock"},
        ),
        (["catalog.view_category"], set(), set()),
    ],
)
@pytest.mark.usefixtures("size")
def test_each_kind_has_its_own_right(
    desk_of: Callable[..., Client], rights: list[str], may_send: set[str], may_take: set[str]
) -> None:
    desk = desk_of(*rights)
    kinds = ("products", "prices", "stock")
    sent = {kind for kind in kinds if send(desk, kind, "sku,on_hand\nTRK-BLK-M,8\n").status_code != 403}
    taken = {kind for kind in kinds if desk.get(EXPORT, {"sheet": f"{kind}.csv"}).status_code == 200}
    assert (sent, taken) == (may_send, may_take)
    assert desk.get(PAGE).status_code == (200 if may_take else 403)
    links = desk.get("/admin/").content.decode()
    assert (PAGE in links) == bool(may_take)


def test_a_sheet_that_waits_is_its_senders_alone(
    desk: Client, desk_of: Callable[..., Client], size: VariantSize
) -> None:
    page = send(desk, "stock", "sku,on_hand\nTRK-BLK-M,8\n")
    other = desk_of("catalog.change_variantsize")
    address = page.request["PATH_INFO"]
    assert other.get(address).status_code == 302
    assert "no such sheet" in messages_of(press(other, page, "apply"))
    size.refresh_from_db()
    assert size.on_hand == 5
    assert address not in other.get(PAGE).content.decode()
    assert other.get(f"{PAGE}not-a-number/change/").status_code == 302

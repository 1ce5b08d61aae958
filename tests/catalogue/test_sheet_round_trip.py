"""What is exported and read back unchanged changes nothing; and no spreadsheet runs any of it."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import SheetImport, VariantSize
from catalog.sheets import cells
from catalog.sheets.exports import FORMATS
from catalog.sheets.formulas import harmless, meant
from catalog.sheets.kinds import KINDS
from tests.factories import StaffFactory, VariantSizeFactory


@pytest.fixture
def shop(db: None) -> None:
    first = VariantSizeFactory(
        sku="odd sku/m",
        on_hand=5,
        price_kobo=900_050,
        variant__product__name="=HYPERLINK(1)",
        variant__product__description=' "Soft";\r\n-and, true\x0b\r\n',
        variant__product__fabric="'@cotton",
        variant__product__usd_price_cents=1250,
        variant__product__publish_at=datetime(2026, 3, 30, 23, 30, tzinfo=UTC),
        variant__colour__slug="navy",
    )
    VariantSizeFactory(variant=first.variant, size__name="L", on_hand=0)
    VariantSizeFactory(variant__product=first.variant.product, variant__colour__slug="black", on_hand=2)
    VariantSizeFactory(sku="123456789012-M", variant__product__active=False, variant__product__base_price_kobo=1)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_export_read_back_changes_nothing(
    kind: str, format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"sheet.{format}"
    call_command("export_sheet", kind, "--format", format, "--to", str(file))
    call_command("import_sheet", kind, str(file))
    assert "It would change: nothing." in capsys.readouterr().out
    assert not SheetImport.objects.exists()


@pytest.mark.usefixtures("shop")
def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    for format in FORMATS:
        call_command("export_sheet", "products", "--format", format, "--to", str(tmp_path / f"sheet.{format}"))
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    found = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in found} == {"s", "n", "d"}
    texts = [cell.value for cell in found if cell.data_type == "s"]
    written = csv.reader(io.StringIO((tmp_path / "sheet.csv").read_text("utf-8-sig"), newline=""))
    texts += [text for row in written for text in row]
    assert "'=HYPERLINK(1)" in texts
    assert [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@given(st.text(alphabet="='+-@＝\t\r\n ,;\"aé\x0b", max_size=12))
def test_every_text_survives_both_ways(text: str) -> None:
    shown = cells.show_text(text)
    assert meant(harmless(shown)) == shown
    assert not harmless(shown).startswith(tuple("=+-@\t\r＝"))


@given(st.integers(1, 10**12))
def test_every_price_survives_both_ways(kobo: int) -> None:
    assert cells.price(cells.show_price(kobo)) == kobo


@pytest.mark.usefixtures("shop")
def test_the_command_applies_only_when_it_is_told_and_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = VariantSize.objects.get(sku="123456789012-M")
    file = tmp_path / "stock.csv"
    file.write_text("sku,on_hand\n123456789012-M,77\n")
    call_command("import_sheet", "stock", str(file))
    size.refresh_from_db()
    assert size.on_hand == 10
    owner = StaffFactory()
    owner.save()
    call_command("import_sheet", "stock", str(file), "--apply", "--by", owner.email)
    size.refresh_from_db()
    assert (size.on_hand, size.movements.first().actor_id) == (77, owner.pk)  # type: ignore[union-attr]
    file.write_text("sku,on_hand\n123456789012-M,-1\n")
    with pytest.raises(CommandError, match="1 cells are wrong"):
        call_command("import_sheet", "stock", str(file), "--apply")
    assert "line 2, on_hand: -1 is below nought" in capsys.readouterr().err
    with pytest.raises(CommandError, match="no category"):
        call_command("export_sheet", "stock", "--to", str(file), "--category", "nothing")

"""A sheet is applied while pieces leave the shelf: none of them comes back, and two clicks count once."""

from concurrent.futures import Future
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection

from catalog import stock
from catalog.models import SheetImport, StockMovement, VariantSize
from catalog.sheets import applying, imports
from tests.concurrency.crowd import at_once, waits
from tests.factories import StaffFactory, VariantSizeFactory
from tests.running_shop import eventually

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet() -> SheetImport:
    """It counts eight where there are five."""
    owner = StaffFactory()
    owner.save()
    size = VariantSizeFactory(on_hand=5)
    return imports.receive("stock", f"sku,on_hand\n{size.sku},8\n".encode(), "count.csv", owner.pk)


def pieces_after_a_sale_in_the_middle(sheet: SheetImport, monkeypatch: pytest.MonkeyPatch) -> int:
    """One piece goes between the look and the writing, or has to wait until it is written."""
    compared, sold, seller, write = Event(), Event(), Future[int](), applying._write

    def after_the_sale(*args: Any) -> None:
        compared.set()
        assert eventually(lambda: sold.is_set() or waits(seller.result()))
        write(*args)

    def sell() -> None:
        seller.set_result(connection.connection.info.backend_pid)
        assert compared.wait(60)
        stock.adjust(VariantSize.objects.get().pk, -1, StockMovement.Reason.DAMAGED)
        sold.set()

    monkeypatch.setattr(applying, "_write", after_the_sale)
    seen = imports.preview(sheet).fingerprint
    results = at_once([partial(imports.apply_sheet, sheet.pk, seen, sheet.created_by_id), sell])
    assert not [result for result in results if isinstance(result, Exception)]
    return VariantSize.objects.get().on_hand


def test_a_piece_that_goes_while_it_is_applied_stays_gone(sheet: SheetImport, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pieces_after_a_sale_in_the_middle(sheet, monkeypatch) == 7


def test_without_the_locks_it_would_come_back(sheet: SheetImport, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(applying, "_lock", lambda table: None)
    assert pieces_after_a_sale_in_the_middle(sheet, monkeypatch) == 8


def test_many_clicks_apply_it_once(sheet: SheetImport) -> None:
    click = partial(imports.apply_sheet, sheet.pk, imports.preview(sheet).fingerprint, sheet.created_by_id)
    results = at_once([click] * 6)
    assert not [result for result in results if isinstance(result, Exception)]
    assert StockMovement.objects.filter(reason=StockMovement.Reason.COUNT).count() == 1

"""Applied whole or not at all, once, by whom, and only what somebody looked at."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from catalog import periodic, stock
from catalog.models import Product, SheetImport, StockMovement, VariantSize
from catalog.sheets import applying, imports, plans
from catalog.sheets.applying import NotApplied, Outdated
from core.errors import NotFound
from tests.catalogue.sheets import TRUNK, imported, looked_at, text
from tests.factories import (
    CategoryFactory,
    ColourFactory,
    ProductFactory,
    SizeFactory,
    StaffFactory,
    VariantSizeFactory,
    placed_order,
)

pytestmark = pytest.mark.django_db
PRICES = "sku,price_naira"
STOCK = "sku,on_hand"


@pytest.fixture
def owner() -> User:
    person = StaffFactory()
    person.save()
    return person


@pytest.fixture
def size() -> VariantSize:
    made: VariantSize = VariantSizeFactory(sku="TRK-BLK-M", on_hand=5, variant__product__slug="trunk")
    return made


def sent(kind: str, sheet: str, by: User) -> SheetImport:
    return imports.receive(kind, sheet.encode(), "../sheet.csv", by.pk)


def test_what_was_looked_at_is_applied_once_and_kept_with_before_and_after(size: VariantSize, owner: User) -> None:
    sheet = sent("prices", text("TRK-BLK-M,9000", header=PRICES), owner)
    seen = imports.preview(sheet).fingerprint
    for _ in range(2):
        sheet = imports.apply_sheet(sheet.pk, seen, owner.pk)
    assert (sheet.name, sheet.summary, sheet.rows) == ("sheet.csv", "1 price", None)
    [change] = plans.unpack(bytes(sheet.changes or b""))
    assert (change.what, change.before, change.after) == ("trunk", "8500", "9000")
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (owner.pk, str(size.variant.product_id))
    assert entry.change_message == "Import of sheet.csv. trunk: price_naira 8500 → 9000"


def test_stock_that_was_sold_meanwhile_is_not_put_back(size: VariantSize, owner: User) -> None:
    sheet = sent("stock", text("TRK-BLK-M,8", header=STOCK), owner)
    seen = imports.preview(sheet).fingerprint
    stock.adjust(size.pk, -1, "damaged")
    with pytest.raises(Outdated, match="changed since you looked"):
        imports.apply_sheet(sheet.pk, seen, owner.pk)
    size.refresh_from_db()
    assert size.on_hand == 4
    plan = imports.preview(sheet)
    assert [str(change) for change in plan.changes] == ["TRK-BLK-M: on_hand 4 → 8"]
    imports.apply_sheet(sheet.pk, plan.fingerprint, owner.pk)
    movement = StockMovement.objects.first()
    assert movement is not None
    assert (movement.change, movement.reason, movement.actor_id, movement.note) == (
        4, "count", owner.pk, "Import of sheet.csv",
    )  # fmt: skip


def test_a_row_that_changed_nothing_when_it_was_seen_stops_it_too(size: VariantSize, owner: User) -> None:
    sheet = sent("stock", text("TRK-BLK-M,5", header=STOCK), owner)
    seen = imports.preview(sheet).fingerprint
    stock.adjust(size.pk, -1, "damaged")
    with pytest.raises(Outdated):
        imports.apply_sheet(sheet.pk, seen, owner.pk)


def test_an_order_that_keeps_pieces_meanwhile_is_respected(size: VariantSize, owner: User) -> None:
    sheet = sent("stock", text("TRK-BLK-M,1", header=STOCK), owner)
    seen = imports.preview(sheet).fingerprint
    placed_order((size, 3))
    with pytest.raises(NotApplied, match="1 is below the 3 kept for unpaid orders"):
        imports.apply_sheet(sheet.pk, seen, owner.pk)
    size.refresh_from_db()
    assert (size.on_hand, size.reserved) == (5, 3)


def test_a_crash_in_the_middle_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, owner: User) -> None:
    CategoryFactory(slug="briefs")
    ColourFactory(slug="black"), ColourFactory(slug="navy"), SizeFactory(name="M"), SizeFactory(name="L")
    sheet = sent("products", text(*TRUNK), owner)
    seen = imports.preview(sheet).fingerprint

    def crash(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the server went away")

    with monkeypatch.context() as patched:
        patched.setattr(stock, "set_counts", crash)
        with pytest.raises(RuntimeError), transaction.atomic():
            imports.apply_sheet(sheet.pk, seen, owner.pk)
    assert not Product.objects.exists()
    assert imports.apply_sheet(sheet.pk, seen, owner.pk).summary == "1 new product, 3 new sizes"


def test_the_same_product_made_in_the_same_moment_is_told(monkeypatch: pytest.MonkeyPatch, owner: User) -> None:
    category = CategoryFactory(slug="briefs")
    ColourFactory(slug="black"), ColourFactory(slug="navy"), SizeFactory(name="M"), SizeFactory(name="L")
    sheet = sent("products", text(*TRUNK), owner)
    seen, write = imports.preview(sheet).fingerprint, applying._write

    def too_late(*args: Any) -> None:
        ProductFactory(slug="trunk", category=category)
        write(*args)

    monkeypatch.setattr(applying, "_write", too_late)
    with pytest.raises(Outdated), transaction.atomic():
        imports.apply_sheet(sheet.pk, seen, owner.pk)
    assert not Product.objects.exists()


def test_a_sheet_is_its_senders_alone_until_it_is_applied(size: VariantSize, owner: User) -> None:
    other = StaffFactory()
    other.save()
    sheet = sent("stock", text("TRK-BLK-M,8", header=STOCK), owner)
    for deed in (
        lambda: imports.find(sheet.pk, other.pk),
        lambda: imports.apply_sheet(sheet.pk, imports.preview(sheet).fingerprint, other.pk),
        lambda: imports.let_go(sheet.pk, other.pk),
    ):
        with pytest.raises(NotFound):
            deed()
    imports.apply_sheet(sheet.pk, imports.preview(sheet).fingerprint, owner.pk)
    assert imports.find(sheet.pk, other.pk).summary == "1 stock count"


def test_a_sheet_that_nobody_applies_is_forgotten_after_a_day(size: VariantSize, owner: User) -> None:
    old, new, applied = (sent("stock", text("TRK-BLK-M,8", header=STOCK), owner) for _ in range(3))
    imports.apply_sheet(applied.pk, imports.preview(applied).fingerprint, owner.pk)
    SheetImport.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert periodic.forget_sheets() == 1
    assert not SheetImport.objects.filter(pk=old.pk).exists()


def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries: DjangoAssertNumQueries, owner: User) -> None:
    CategoryFactory(slug="briefs")
    ColourFactory(slug="black"), SizeFactory(name="M")
    rows = [f"trunk-{n},Trunk,briefs,8500,Black,M,TRK-{n:03}-M,,5" for n in range(300)]
    with django_assert_max_num_queries(10):
        looked_at("products", text(*rows))
    with django_assert_max_num_queries(40):
        imported("products", text(*rows), owner.pk)
    dearer = [row.replace("8500", "9500").replace(",5", ",6") for row in rows]
    with django_assert_max_num_queries(40):
        assert imported("products", text(*dearer), owner.pk).counts == {"price": 300, "count": 300}
    assert LogEntry.objects.count() == 600

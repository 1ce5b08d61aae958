"""What staff change of prices, refunds, roles and settings leaves a row with before and after, by whichever way."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from catalog.models import Product, SalePrice, StockMovement, VariantSize
from catalog.sheets.applying import apply
from catalog.sheets.kinds import KINDS
from catalog.sheets.opening import open_sheet
from core.audit_rows import made_by
from core.models import AuditRow
from orders.models import Discount, Order
from payments import audit
from tests.admin.conftest import saved
from tests.factories import DiscountFactory, ProductFactory, SalePriceFactory, UserFactory, VariantSizeFactory

PRICES = KINDS["prices"]
RULE = "every change by staff has its row"
# One column of each table that the triggers watch, and another value for it.
WATCHED = {
    "core_switch": "note = note || '!'",
    "catalog_category": "minimum_quantity = minimum_quantity + 1",
    "catalog_product": "base_price_kobo = base_price_kobo + 1",
    "catalog_variantsize": "price_kobo = coalesce(price_kobo, 0) + 1",
    "catalog_bundle": "price_kobo = price_kobo + 1",
    "catalog_sale": "ends_at = ends_at + interval '1 day'",
    "catalog_saleprice": "price_kobo = price_kobo + 1",
    "catalog_exchangerate": "naira = naira + 1",
    "orders_zone": "fee_kobo = fee_kobo + 1",
    "orders_deliverymethod": "fee_kobo = fee_kobo + 1",
    "orders_zonearea": "area = area || '!'",
    "orders_discount": "basis_points = basis_points + 1",
    "orders_discount_categories": "category_id = category_id + 1000",
    "orders_deliveryquote": "amount_subunit = amount_subunit + 1",
    "payments_refund": "amount_subunit = amount_subunit - 1",
    "accounts_user": "is_superuser = NOT is_superuser",
    "accounts_user_groups": "group_id = group_id + 1000",
    "accounts_user_user_permissions": "permission_id = permission_id + 1000",
    "auth_group": "name = name || '!'",
    "auth_group_permissions": "permission_id = permission_id + 1000",
}


def rows(source: str) -> list[tuple[Any, Any, int | None]]:
    found = AuditRow.objects.filter(source=source).order_by("pk")
    return list(found.values_list("before", "after", "actor_id"))


def product_form(product: Product, **changes: str) -> dict[str, str]:
    return {
        "name": product.name,
        "slug": product.slug,
        "category": str(product.category_id),
        "gender": product.gender,
        "base_price_kobo": f"{product.base_price_kobo / 100:.2f}",
        "publish_at_0": "01/11/2026",
        "publish_at_1": "09:00",
        "variants-TOTAL_FORMS": "0",
        "variants-INITIAL_FORMS": "0",
        **changes,
    }


def test_a_form_leaves_before_after_and_who(desk: Client, owner: User) -> None:
    product = ProductFactory(base_price_kobo=850_000)
    address = reverse("admin:catalog_product_change", args=[product.pk])
    assert desk.post(address, product_form(product, base_price_kobo="9,000")).status_code == 302
    assert desk.post(address, product_form(product, base_price_kobo="9,000", name="Other")).status_code == 302
    others = {"compare_at_kobo": None, "usd_price_cents": None}
    first, *changed = rows("catalog_product")
    assert first == (None, {"base_price_kobo": 850_000, **others}, None)
    assert changed == [({"base_price_kobo": 850_000, **others}, {"base_price_kobo": 900_000, **others}, owner.pk)]


def test_an_action_on_a_list_leaves_one_for_each_record(desk: Client, owner: User) -> None:
    prices = [SalePriceFactory(price_kobo=700_000 + number) for number in range(2)]
    form = {"action": "delete_selected", "post": "yes", "_selected_action": [price.sale_id for price in prices]}
    assert desk.post(reverse("admin:catalog_sale_changelist"), form).status_code == 302
    gone = [(before["price_kobo"], who) for before, after, who in rows("catalog_saleprice") if after is None]
    assert sorted(gone) == [(700_000, owner.pk), (700_001, owner.pk)]


def test_a_sheet_leaves_one_for_each_price_also_from_the_command_line(owner: User) -> None:
    sizes = [VariantSizeFactory() for _ in range(3)]
    sheet = "sku,price_naira\n" + "".join(f"{size.sku},{7000 + number}\n" for number, size in enumerate(sizes))
    table = open_sheet(sheet.encode(), "prices.csv", PRICES.columns)
    apply(PRICES, table, PRICES.plan(table).fingerprint, actor_id=owner.pk)
    found = AuditRow.objects.filter(actor=owner, kind="price")
    changes = {(row.source, row.row_id): (row.before, row.after) for row in found}
    assert len(changes) == 3
    assert all(before != after for before, after in changes.values())


def test_a_switch_that_is_thrown_and_taken_away_leaves_three(desk: Client, owner: User) -> None:
    add, change, delete = (
        reverse("admin:core_switch_add"),
        reverse("admin:core_switch_change", args=["mail_paused"]),
        reverse("admin:core_switch_delete", args=["mail_paused"]),
    )
    desk.post(add, {"name": "mail_paused", "on": "on", "note": "Resend is down"})
    desk.post(change, {"note": "Back"})
    desk.post(delete, {"post": "yes"})
    on, off = (
        {"name": "mail_paused", "on": True, "note": "Resend is down"},
        {"name": "mail_paused", "on": False, "note": "Back"},
    )
    assert rows("core_switch") == [(None, on, owner.pk), (on, off, owner.pk), (off, None, owner.pk)]


def test_a_role_that_is_made_and_given_leaves_what_it_lets_do(desk: Client, owner: User) -> None:
    permission = Permission.objects.get(codename="view_order")
    desk.post(reverse("admin:auth_group_add"), {"name": "Packers", "permissions": [str(permission.pk)]})
    group = Group.objects.get(name="Packers")
    packer = saved(UserFactory())
    form = {"email": packer.email, "full_name": "Bisi", "is_active": "on", "is_staff": "on", "groups": [str(group.pk)]}
    for part in ("orders", "consent_changes"):
        form |= {f"{part}-TOTAL_FORMS": "0", f"{part}-INITIAL_FORMS": "0"}
    assert desk.post(reverse("admin:accounts_user_change", args=[packer.pk]), form).status_code == 302
    # Those of before are of the shop's own roles, which were made by nobody.
    assert rows("auth_group")[-1:] == [(None, {"name": "Packers"}, owner.pk)]
    assert rows("auth_group_permissions")[-1:] == [
        (None, {"group_id": group.pk, "permission_id": permission.pk}, owner.pk),
    ]
    assert rows("accounts_user_groups") == [(None, {"user_id": packer.pk, "group_id": group.pk}, owner.pk)]
    customer = {"is_staff": False, "is_superuser": False, "is_active": True}
    assert rows("accounts_user")[-1] == (customer, {**customer, "is_staff": True}, owner.pk)


def test_a_refund_leaves_one(desk: Client, paid_order: Order, owner: User) -> None:
    form = {"_form_submitted": "on", "reason": "Torn", "key": "one", "number": paid_order.number}
    form[f"pieces_{paid_order.lines.get().pk}"] = "1"
    desk.post(reverse("admin:orders_order_refund", args=[paid_order.pk]), form)
    assert [(before, after["state"], who) for before, after, who in rows("payments_refund")] == [
        (None, "requested", owner.pk)
    ]


def test_a_customer_leaves_none(db: None) -> None:
    before = AuditRow.objects.count()
    saved(UserFactory()).delete()
    assert AuditRow.objects.count() == before


def test_who_it_was_cannot_be_written_into_a_value(db: None) -> None:
    discount = DiscountFactory()
    with made_by(7):
        Discount.objects.filter(pk=discount.pk).update(name="/* by 8 */ UPDATE", active=False)
    Discount.objects.filter(pk=discount.pk).update(name="/* by 8 */", active=True)
    assert [who for _, _, who in rows("orders_discount")] == [None, 7, None]


def test_many_at_once_are_told_apart(owner: User) -> None:
    products = [ProductFactory() for _ in range(3)]
    for product in products:
        product.base_price_kobo += 100
    with made_by(owner.pk):
        Product.objects.bulk_update(products, ["base_price_kobo"])
    assert [who for before, _, who in rows("catalog_product") if before] == [owner.pk] * 3


def test_a_row_is_for_ever(db: None) -> None:
    ProductFactory()
    for change in (lambda: AuditRow.objects.update(actor=None), lambda: AuditRow.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.usefixtures("full_shop")
@pytest.mark.breaks_invariants
def test_a_change_past_the_triggers_is_found_in_every_table(owner: User) -> None:
    customer = saved(UserFactory())
    group = Group.objects.all()[0]
    permission = Permission.objects.all()[0]
    group.permissions.add(permission)
    customer.groups.add(group)
    customer.user_permissions.add(permission)
    discount = Discount.objects.all()[0]
    discount.categories.add(Product.objects.all()[0].category)
    VariantSize.objects.filter(pk=VariantSize.objects.all()[0].pk).update(price_kobo=100)
    assert audit.violations() == []
    for table, column in WATCHED.items():
        assert found_after(f"UPDATE {table} SET {column}"), f"{table} changed"
        assert found_after(f"DELETE FROM {table}"), f"{table} emptied"
        assert found_after(f"DELETE FROM core_auditrow WHERE source = '{table}'"), f"rows of {table} gone"
    assert found_after("UPDATE core_auditrow SET before = '{}' WHERE before IS NOT NULL")


def found_after(statement: str) -> bool:
    """Whether the rule finds it; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no foreign key
        cursor.execute(statement)
        assert cursor.rowcount, statement
        found = RULE in {violation.rule for violation in audit.violations()}
        transaction.set_rollback(True)
    return found


def test_every_table_with_the_triggers_is_broken_here(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_changed'")
        assert {table for (table,) in cursor.fetchall()} == set(WATCHED)


def test_the_history_of_a_record_begins_with_before_and_after(desk: Client, owner: User) -> None:
    price = SalePriceFactory(price_kobo=700_000)
    with made_by(owner.pk):
        SalePrice.objects.filter(pk=price.pk).update(price_kobo=650_000)
    page = desk.get(reverse("admin:catalog_sale_history", args=[price.sale_id])).text
    assert "Price kobo: ₦7,000 → ₦6,500" in page
    assert owner.email in page
    assert f"Product: nothing → {price.product}" in page
    listed = desk.get(reverse("admin:core_auditrow_changelist")).text
    assert "Price kobo: ₦7,000 → ₦6,500" in listed


def test_stock_tells_what_was_on_hand_before_and_after(desk: Client) -> None:
    size = VariantSizeFactory(on_hand=9)
    adjust = reverse("admin:catalog_variantsize_adjust", args=[size.pk])
    desk.post(adjust, {"_form_submitted": "on", "change": "-2", "reason": "damaged"})
    counts = StockMovement.objects.with_counts().order_by("pk").values_list("before", "change", "after")
    assert list(counts) == [(0, 9, 9), (9, -2, 7)]
    page = desk.get(reverse("admin:catalog_variantsize_change", args=[size.pk])).text
    assert "On hand before" in page

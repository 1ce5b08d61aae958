"""At scale every main query is answered from an index: the plans that the database makes are read here."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import consent
from accounts.models import User
from bench.catalogue.fill import fill
from catalog import browse, listing_rows, social_images, stock
from catalog.models import ListingRow, StockMovement, Variant, VariantSize
from mailing.models import OutgoingMail
from orders.models import Order, OrderLine
from payments.models import Payment
from tests.factories import UserFactory, VariantSizeFactory, placed_order

FIRST = 100_000  # behind whatever other tests' sequences gave
PRODUCTS = 20_000
ORDERS = 16_000
MANY = 12_000  # beyond a thousand hits of one category in eleven, where counting stops
LARGE = {
    "catalog_product",
    "catalog_variant",
    "catalog_variantsize",
    "catalog_image",
    "catalog_listingrow",
    "catalog_stockmovement",
    "accounts_user",
    "mailing_outgoingmail",
    "orders_order",
    "orders_orderline",
    "payments_payment",
}
PAGES = [
    "/",
    "/shop/",
    "/shop/?sort=price",
    "/shop/?page=30",
    "/shop/?after={place}",
    "/c/gymwear/",
    "/c/leggings/?sort=best",
    "/shop/?colour=olive&size=XS&in_stock=1&new=1",
    "/search/?q=zephyr2",
    "/search/?q=velvet+legging",
    "/search/suggestions/?q=velv",
    "/products/{slug}/",
    "/api/v1/products/{slug}/",
    "/api/v1/products/?category=leggings&sort=-price",
]
# What staff and the shop look up by one thing: the old system scanned for each of them.
LOOKUPS: dict[str, Callable[[], Any]] = {
    "order by number": lambda: list(Order.objects.filter(number="PR-900100")),
    "order by token": lambda: list(Order.objects.filter(token="token-of-twenty-two-letters-100")),
    "mails of an order": lambda: list(OutgoingMail.objects.filter(about__startswith="order/PR-900100/")),
    "account that signs in": lambda: User.objects.get_by_natural_key("Ada100@prechi.test"),
    "account as allauth looks for it": lambda: list(User.objects.filter(email="nobody@prechi.test")),
    "account whose newsletter is confirmed": lambda: consent._who_proved("ada100@prechi.test"),
    "payment by reference": lambda: list(Payment.objects.filter(reference="ref-100")),
    "lines of an order": lambda: list(OrderLine.objects.filter(order_id=900_100)),
    "variants of a product": lambda: list(Variant.objects.filter(product_id=700)),
    "sizes of a variant": lambda: list(VariantSize.objects.filter(variant_id=700)),
    "size by SKU": lambda: list(VariantSize.objects.filter(sku="BEN-700-1-XS")),
    "a size of a variant": lambda: list(VariantSize.objects.filter(variant_id=2_800, size_id=1)),
    "movements of a size": lambda: list(StockMovement.objects.filter(variant_size_id=700)),
    "pictures of shared links that are due": social_images.due_products,
    "rows of a department by what they cost in dollars": lambda: list(
        ListingRow.objects.filter(department_id=2).order_by("sold_out", "by_usd_down")[:24]
    ),
    "rows of a department": lambda: list(
        ListingRow.objects.filter(department_id=2).order_by("sold_out", "by_price")[:24]
    ),
}


def scans(ask: Callable[[], Any]) -> list[str]:
    """The large tables that some statement reads from end to end, with the statement."""
    found = []
    statements: list[tuple[str, Any]] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        ask()
    assert statements
    for sql, params in statements:
        if not re.match(r"\s*(\(?SELECT|WITH)", sql):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {_as_django_writes(sql)}", params)
            plan = cursor.fetchone()[0]
        plan = plan if isinstance(plan, list) else json.loads(plan)
        found += [f"{table}: {sql[:300]}" for table in _scanned(plan[0]["Plan"]) if table in LARGE]
    return found


def _as_django_writes(sql: str) -> str:
    """The statements of core.prepared number their values, in the order in which they come."""
    return re.sub(r"\$\d+", "%s", sql.replace("%", "%%")) if re.search(r"\$\d", sql) else sql


def _scanned(node: dict[str, Any]) -> list[str]:
    """A scan that a LIMIT ends after a few hundred rows is as fast in a large shop as in a small one."""
    read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    here = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" and read > MANY else []
    return here + [table for below in node.get("Plans", []) for table in _scanned(below)]


@pytest.mark.breaks_invariants  # rows come in by COPY, without a ledger
@pytest.mark.django_db
def test_no_main_query_reads_a_large_table_from_end_to_end(client: Client) -> None:
    _orders()
    fill(FIRST, FIRST + PRODUCTS, sizes_each=1)
    row = ListingRow.objects.order_by("sold_out", "by_newest", "product_id")[PRODUCTS * 8 // 10]
    place = browse.Place("new", row.sold_out, row.by_newest, row.pk)
    slug = ListingRow.objects.select_related("product").get(pk=FIRST + 77).product.slug
    found: dict[str, list[str]] = {}
    for page in PAGES:
        path = page.format(place=place, slug=slug)
        found[path] = scans(lambda path=path: client.get(path))  # type: ignore[misc]
    for name, ask in LOOKUPS.items():
        found[name] = scans(ask)
    few = VariantSize.objects.filter(sku__startswith=f"BEN-{FIRST + 71}-", on_hand__gt=0).values_list("pk", flat=True)
    found["reserve"] = scans(lambda: stock.reserve(dict.fromkeys(few[:2], 1)))
    assert {name: tables for name, tables in found.items() if tables} == {}


@pytest.mark.django_db
def test_the_test_sees_a_scan_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "MANY", 0)
    VariantSizeFactory(on_hand=1)
    listing_rows.apply_changes()
    assert scans(lambda: list(ListingRow.objects.filter(highest_kobo=1)))


def _orders() -> None:
    """So many copies of an order that reading them all would be slower than an index."""
    order = placed_order((VariantSizeFactory(on_hand=5), 1))
    Payment.objects.create(order=order, reference="ref", amount_subunit=order.total_subunit, currency="NGN")
    UserFactory().save()
    stock.set_counts({order.lines.get().variant_size_id: 9}, StockMovement.Reason.RECEIVED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model, own in (
            (Order, "'number', 'PR-' || 900000 + n, 'token', 'token-of-twenty-two-letters-' || n, 'bag_id', null"),
            (OrderLine, "'order_id', 900000 + n"),
            (Payment, "'order_id', 900000 + n, 'reference', 'ref-' || n"),
            (StockMovement, "'variant_size_id', n, 'source_type', '', 'source_id', null"),
            (OutgoingMail, "'key', gen_random_uuid(), 'about', 'order/PR-' || 900000 + n || '/note'"),
            (User, "'email', 'ada' || n || '@prechi.test'"),
        ):
            table = model._meta.db_table
            copied = f"to_jsonb(one) || jsonb_build_object('id', 900000 + n, {own})"
            cursor.execute(
                f"INSERT INTO {table} SELECT copied.* FROM (SELECT * FROM {table} ORDER BY id DESC LIMIT 1) one,"
                f" generate_series(1, {ORDERS}) n, LATERAL jsonb_populate_record(NULL::{table}, {copied}) copied"
            )
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET LOCAL session_replication_role = origin")

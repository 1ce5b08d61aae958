"""Statements whose SQL is written once give what the querysets they are made from would give."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import JSONObject
from prometheus_client import REGISTRY

from catalog.models import Product, StockMovement, VariantSize
from core.prepared import Given, IsOneOf, Prepared, run, write
from orders.models import Order
from tests.factories import VariantSizeFactory, placed_order

pytestmark = pytest.mark.django_db


def test_a_query_gives_rows_with_what_they_stand_on_and_what_was_annotated(django_assert_num_queries: Any) -> None:
    first, second = VariantSizeFactory(variant__product__name="Everyday Brief"), VariantSizeFactory()
    query = Prepared(
        lambda: (
            VariantSize.objects.priced()
            .filter(IsOneOf("pk", Given("sizes")))
            .select_related("variant__product")
            .annotate(told=JSONObject(sku=F("sku"), word=Value("new")))
            .order_by("-pk")
        )
    )
    for ids in ([first.pk, second.pk], [first.pk]):
        with django_assert_num_queries(1):
            found: list[Any] = query.all(sizes=ids)
            assert [size.variant.product.name for size in found][-1] == "Everyday Brief"
        assert [size.pk for size in found] == sorted(ids, reverse=True)
        assert found[-1].price_now == 850_000
        assert found[-1].told == {"sku": first.sku, "word": "new"}
    assert query.all(sizes=[]) == []
    assert query.first(sizes=[]) is None


def test_what_was_left_out_is_read_when_it_is_asked_for(django_assert_num_queries: Any) -> None:
    product = VariantSizeFactory(variant__product__description="Soft.").variant.product
    found = Prepared(lambda: Product.objects.filter(slug=Given("slug")).defer("description")).first(slug=product.slug)
    assert found
    with django_assert_num_queries(1):
        assert found.description == "Soft."


def test_a_value_is_never_read_as_sql() -> None:
    query = Prepared(lambda: Product.objects.filter(name=Given("name")))
    VariantSizeFactory(variant__product__name="50 % off'; DROP TABLE orders_order; --")
    assert query.first(name="50 % off'; DROP TABLE orders_order; --")
    assert query.first(name="' OR true --") is None


def test_rows_are_written_with_their_defaults_and_know_what_the_database_made(django_assert_num_queries: Any) -> None:
    size = VariantSizeFactory(on_hand=0)
    rows = [StockMovement(variant_size=size, change=change, reason="received") for change in (1, 2)]
    with django_assert_num_queries(1):
        write(rows)
    assert [row.pk for row in rows] == list(StockMovement.objects.order_by("pk").values_list("pk", flat=True))
    assert rows[0].created_at == StockMovement.objects.order_by("pk")[0].created_at
    assert not rows[0]._state.adding
    VariantSize.objects.filter(pk=size.pk).update(on_hand=3)
    with django_assert_num_queries(0):
        write([])


def test_an_order_in_memory_is_what_was_written() -> None:
    order = placed_order()
    kept = Order.objects.get(pk=order.pk)
    names = [field.attname for field in Order._meta.concrete_fields]
    assert {name: getattr(order, name) for name in names} == {name: getattr(kept, name) for name in names}
    columns = [field.attname for field in order.lines.model._meta.concrete_fields]
    written = [[getattr(line, name) for name in columns] for line in order.all_lines()]
    assert written == [[getattr(line, name) for name in columns] for line in kept.all_lines()]


def kept_plans(of: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{of}%"])
        return [statement for (statement,) in cursor.fetchall()]


def test_a_connection_plans_a_statement_once_whatever_the_values() -> None:
    query = Prepared(lambda: Product.objects.filter(slug=Given("slug"), active=True, name__contains="50%"))
    product = VariantSizeFactory(variant__product__name="Up to 50%").variant.product
    VariantSizeFactory(variant__product__name="Up to 500")
    for _ in range(3):
        assert query.all(slug=product.slug) == [product]
    [statement] = kept_plans("50")
    # What never changes stands in it, or no index of a part of the rows would do.
    assert "$1" in statement
    assert "$2" not in statement


@pytest.mark.parametrize("number", [1, 40_000, 3_000_000_000])
def test_numbers_of_any_size_share_a_plan(number: int) -> None:
    query = Prepared(lambda: Order.objects.filter(total_subunit=Given("total"), hold_extensions=17))
    for total in (1, number):
        assert query.all(total=total) == []
    assert len(kept_plans('"hold_extensions" = 17')) == 1


def test_where_the_table_will_grow_the_plan_is_not_kept() -> None:
    query = Prepared(lambda: Order.objects.filter(token=Given("token"), hold_extensions=19), keeps_plan=False)
    assert query.all(token="x") == []
    assert kept_plans('"hold_extensions" = 19') == []


def test_such_statements_are_counted_and_their_failures_too() -> None:
    def count(name: str, **more: str) -> float:
        return REGISTRY.get_sample_value(name, {"alias": "default", "vendor": "postgresql", **more}) or 0

    before = count("django_db_execute_total"), count("django_db_errors_total", type="UndefinedTable")
    run("SELECT %s::bigint", [1])
    assert count("django_db_execute_total") == before[0] + 1
    with pytest.raises(ProgrammingError), transaction.atomic():
        run("UPDATE nothing_of_that_name SET x = %s", [1])
    assert count("django_db_errors_total", type="UndefinedTable") == before[1] + 1

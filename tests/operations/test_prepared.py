"""Statements whose SQL is written once give what the querysets they are made from would give."""

from typing import Any

import pytest
from django.db.models import F, Value
from django.db.models.functions import JSONObject

from catalog.models import Product, StockMovement, VariantSize
from core.prepared import Given, IsOneOf, Prepared, write
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

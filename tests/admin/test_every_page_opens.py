"""Every list, form and record of the back office opens, with a bounded number of queries."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

OURS = {"accounts", "catalog", "core", "mailing", "orders", "payments"}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# Made from the others, over and over: nobody reads or mends them by hand.
DERIVED = {
    "Published",
    "OldAddress",
    "ListingRow",
    "FacetCount",
    "CatalogueChange",
    "SearchWord",
    "StaffNotice",
    "Standstill",
}
# Written on the form of what they belong to.
WRITTEN_WITH_ANOTHER = {"DeliveryMethod", "SalePrice", "SizeGuideRow", "Wish"}
FILTERS = [
    ("orders_order", "view=to_pack"),
    ("orders_order", "view=unpaid"),
    ("orders_order", "view=shipped"),
    ("orders_order", "view=problems"),
    ("orders_order", "zone_name=Lagos"),
    ("orders_orderevent", "kind=placed"),
    ("payments_payment", "channel=card"),
    ("payments_payment", "review=open"),
    ("payments_payment", "review=closed"),
    ("catalog_review", "state__exact=pending"),
    ("catalog_variantsize", "stock=low"),
    ("catalog_variantsize", "stock=out"),
    ("catalog_variantsize", "stock=held"),
    ("catalog_variantsize", "stock=wanted"),
]
# Session, user, count, rows, filters' choices and the like; it does not grow with the rows.
LIST_QUERIES = 12
RECORD_QUERIES = 25


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_model_of_the_shop_is_listed() -> None:
    models = {model for config in apps.get_app_configs() if config.name in OURS for model in config.get_models()}
    models = {model for model in models if model.__name__ not in DERIVED | WRITTEN_WITH_ANOTHER}
    assert models <= set(MODELS)


@pytest.mark.usefixtures("full_shop")
def test_lists_and_records_open(
    desk: Client, subtests: pytest.Subtests, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk.get(reverse("admin:index"))
    for model in MODELS:
        with subtests.test(model._meta.label):
            assert model._default_manager.count() >= 2, "the shop of this test has rows to show"
            with django_assert_max_num_queries(LIST_QUERIES):
                assert desk.get(address(model, "changelist")).status_code == 200
            if admin.site._registry[model].search_fields:
                with django_assert_max_num_queries(LIST_QUERIES):
                    assert desk.get(address(model, "changelist"), {"q": "prc ada 1"}).status_code == 200
            row = model._default_manager.first()
            assert row is not None
            with django_assert_max_num_queries(RECORD_QUERIES):
                assert desk.get(address(model, "change", row.pk)).status_code == 200
            assert desk.get(address(model, "add"), follow=True).status_code in {200, 403}


@pytest.mark.usefixtures("full_shop")
def test_a_list_asks_no_more_for_more_rows(
    desk: Client, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    for model in MODELS:
        with subtests.test(model._meta.label):
            desk.get(address(model, "changelist"))
            asked = {}
            for rows in (1, 50):
                monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
                with CaptureQueriesContext(connection) as seen:
                    assert desk.get(address(model, "changelist")).status_code == 200
                asked[rows] = [query["sql"] for query in seen.captured_queries]
            assert len(asked[50]) <= len(asked[1]), asked[50]
            # Of a column, not of the months above the list.
            assert [sql for sql in asked[50] if 'SELECT DISTINCT "' in sql] == [], (
                "it reads a whole table for its filters"
            )


@pytest.mark.usefixtures("full_shop")
def test_every_filter_of_our_own_opens(desk: Client, subtests: pytest.Subtests) -> None:
    for model, query in FILTERS:
        with subtests.test(f"{model} {query}"):
            answer = desk.get(f"{reverse(f'admin:{model}_changelist')}?{query}")
            assert answer.status_code == 200
            # Django answers a filter that it does not know with a redirect to ?e=1.
            assert "e=1" not in answer.request["QUERY_STRING"]

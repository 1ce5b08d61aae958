"""What the rows of core.AuditRow say, in the words of a person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, Q
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core.models import AuditRow
from core.money import Money

# What belongs to a record but has rows of its own: table, and the column that names the record.
PARTS = {
    "accounts_user": [("accounts_user_groups", "user_id"), ("accounts_user_user_permissions", "user_id")],
    "auth_group": [("auth_group_permissions", "group_id")],
    "catalog_sale": [("catalog_saleprice", "sale_id")],
    "orders_discount": [("orders_discount_categories", "discount_id")],
    "orders_zone": [("orders_deliverymethod", "zone_id"), ("orders_zonearea", "zone_id")],
}
AT_ONCE = 100

# By model, the names of records by their key.
Names = Mapping[type[Model], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that became another; empty where there was nothing."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def rows_about(record: Model) -> list[AuditRow]:
    """The latest rows of a record and of what belongs to it, newest first."""
    about = Q(source=record._meta.db_table, row_id=str(record.pk))
    for table, column in PARTS.get(record._meta.db_table, []):
        named = {column: record.pk}
        about |= Q(source=table) & (Q(after__contains=named) | Q(before__contains=named))
    return list(AuditRow.objects.filter(about).select_related("actor")[:AT_ONCE])


def subject(row: AuditRow) -> str:
    model = _model(row.source)
    return f"{str(model._meta.verbose_name).capitalize() if model else row.source} {row.row_id}"


def address(row: AuditRow) -> str:
    """Of the record's own page; empty where it has none, or is gone."""
    model = _model(row.source)
    if model is None or row.after is None or not admin.site.is_registered(model):
        return ""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.row_id])


def differences(row: AuditRow, names: Names | None = None) -> list[Difference]:
    """`names` are those of `names_in`; without them other records are told by their key."""
    before, after = row.before or {}, row.after or {}
    columns = [column for column in {**before, **after} if before.get(column) != after.get(column)]
    told = names or {}
    return [
        Difference(_title(row, column), _word(row, column, before, told), _word(row, column, after, told))
        for column in columns
    ]


def names_in(rows: Iterable[AuditRow]) -> Names:
    """Of everything that the rows point at: one query for each kind of thing."""
    keys: dict[type[Model], set[Any]] = defaultdict(set)
    for row in rows:
        for column, value in [*(row.before or {}).items(), *(row.after or {}).items()]:
            model = _pointed_at(row, column)
            if model is not None and value is not None:
                keys[model].add(value)
    return {model: {str(one.pk): str(one) for one in _records(model, found)} for model, found in keys.items()}


def _records(model: type[Model], keys: set[Any]) -> Iterable[Model]:
    return model._default_manager.filter(pk__in=keys).select_related()


def _word(row: AuditRow, column: str, values: Mapping[str, Any], names: Names) -> str:
    value = values.get(column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if model := _pointed_at(row, column):
        return names.get(model, {}).get(str(value), str(value))
    if currency := _currency(column, values):
        return Money(value, currency).display
    moment = parse_datetime(value) if column.endswith("_at") else None
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else str(value)


def _currency(column: str, values: Mapping[str, Any]) -> str:
    """Of a column that holds an amount; empty for any other. A price of delivery says it on its order alone."""
    if column.endswith("_kobo"):
        return "NGN"
    return "USD" if column.endswith("_cents") else values.get("currency", "") if column.endswith("_subunit") else ""


def _title(row: AuditRow, column: str) -> str:
    field = _field(row, column)
    return str(field.verbose_name).capitalize() if field else column


def _pointed_at(row: AuditRow, column: str) -> type[Model] | None:
    related = getattr(_field(row, column), "related_model", None)
    return related if isinstance(related, type) else None


def _field(row: AuditRow, column: str) -> "Field[Any, Any] | None":
    """The name of a column is that of its field, with _id behind it where it points at something."""
    model = _model(row.source)
    try:
        return model._meta.get_field(column.removesuffix("_id")) if model else None  # type: ignore[return-value]
    except FieldDoesNotExist:
        return None


@cache
def _model(table: str) -> type[Model] | None:
    models = apps.get_models(include_auto_created=True)
    return next((model for model in models if model._meta.db_table == table), None)

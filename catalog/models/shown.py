"""Rows that customers see: writing many at once is noticed as well, which Django's own signals do not tell."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.dispatch import Signal

M = TypeVar("M", bound=Model)

rows_changed = Signal()


class ShownQuerySet(QuerySet[M]):
    def update(self, **values: Any) -> int:
        changed = super().update(**values)
        rows_changed.send(sender=self.model)
        return changed

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        created = super().bulk_create(objs, *args, **kwargs)
        rows_changed.send(sender=self.model)
        return created

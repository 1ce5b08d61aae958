"""The history of one record: above Django's log, what the database wrote about it."""

from typing import Any

from django.http import HttpRequest

from adminpanel import audit_words


class WithAuditRows:
    """For an admin class: its page of the history begins with what the database wrote about the record."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        record = self.get_object(request, object_id)  # type: ignore[attr-defined]
        rows = audit_words.rows_about(record) if record is not None else []
        names = audit_words.names_in(rows)
        told = [(row, audit_words.subject(row), audit_words.differences(row, names)) for row in rows]
        context = {"audit_rows": told, **(extra_context or {})}
        return super().history_view(request, object_id, context)  # type: ignore[misc]

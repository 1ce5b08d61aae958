"""Who changed prices, refunds, roles and settings: what was before, and what is after."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from adminpanel import audit_words
from adminpanel.base import ReadOnlyAdmin
from core.models import AuditRow


@admin.register(AuditRow)
class AuditRowAdmin(ReadOnlyAdmin):
    """Written by the database itself. What it says of one record stands on the page of its history as well."""

    list_display = ["created_at", "who", "kind", "about", "became"]
    list_filter = ["kind", "source"]
    list_select_related = ["actor"]
    search_fields = ["=row_id", "source"]
    search_help_text = "Number of the record, or its table"
    date_hierarchy = "created_at"
    fields = ["created_at", "who", "kind", "about", "became_by_name"]
    readonly_fields = ["who", "about", "became_by_name"]

    @admin.display(description="Who")
    def who(self, row: AuditRow) -> str:
        return str(row.actor or "The shop")

    @admin.display(description="Of what")
    def about(self, row: AuditRow) -> str:
        address = audit_words.address(row)
        subject = audit_words.subject(row)
        return format_html('<a href="{}">{}</a>', address, subject) if address else subject

    @admin.display(description="Before → after")
    def became(self, row: AuditRow) -> SafeString:
        return _lines(audit_words.differences(row))

    @admin.display(description="Before → after")
    def became_by_name(self, row: AuditRow) -> SafeString:
        return _lines(audit_words.differences(row, audit_words.names_in([row])))


def _lines(differences: list[audit_words.Difference]) -> SafeString:
    return format_html_join("", "<div>{}</div>", ((str(one),) for one in differences))

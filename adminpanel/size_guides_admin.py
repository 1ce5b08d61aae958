"""Size guides: one table on one page, refused with the row named where it has a gap."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from unfold.admin import TabularInline

from adminpanel.base import ShopAdmin
from catalog import size_guides
from catalog.models import SizeGuide, SizeGuideRow
from catalog.models.size_guides import MEASURES
from catalog.size_guides import Measured, NotWhole


class RowForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Ahead of the database's own rules, whose words name no row."""
        cleaned = super().clean() or {}
        if _is_kept(cleaned) and not self.errors:
            try:
                size_guides.check([_measured(cleaned)])
            except NotWhole as refused:
                _refuse(self, refused)
        return cleaned


class RowFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Rows are looked at as they will stand: in the order of their positions, without those that go."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if _is_kept(form.cleaned_data)]
        kept.sort(key=lambda form: form.cleaned_data.get("position") or 0)
        try:
            size_guides.check([_measured(form.cleaned_data) for form in kept])
        except NotWhole as refused:
            _refuse(next(form for form in reversed(kept) if form.cleaned_data["size"] == refused.field), refused)


def _refuse(form: Any, refused: NotWhole) -> None:
    measure = refused.details["measure"]
    form.add_error("size" if measure == "size" else f"{measure}_from", refused.message)


def _is_kept(cleaned: dict[str, Any]) -> bool:
    return bool(cleaned.get("size")) and not cleaned.get("DELETE")


def _measured(cleaned: dict[str, Any]) -> Measured:
    ranges = {name: (cleaned.get(f"{name}_from"), cleaned.get(f"{name}_to")) for name in MEASURES}
    return Measured(cleaned["size"], ranges)


class RowInline(TabularInline):
    model = SizeGuideRow
    form = RowForm
    formset = RowFormSet
    extra = 1
    fields = ["position", "size", *(f"{measure}_{end}" for measure in MEASURES for end in ("from", "to"))]
    verbose_name = "size"
    verbose_name_plural = "sizes, in centimetres: each begins where the one before it ends"


@admin.register(SizeGuide)
class SizeGuideAdmin(ShopAdmin):
    view_on_site = True
    list_display = ["name", "slug", "position"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = [("name", "slug"), "note", "position"]
    inlines = [RowInline]

"""Exchange rates: what is in force, what is planned. The past is read only."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from unfold.decorators import action

from adminpanel.base import ShopAdmin
from catalog.models import ExchangeRate
from orders import drift

PLACES = {"product": "catalog_product", "bundle": "catalog_bundle", "zone": "orders_zone"}


class RateForm(forms.ModelForm):
    class Meta:
        model = ExchangeRate
        fields = ("currency", "naira", "round_up_to", "starts_at", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "starts_at" in self.fields:  # not where it is only read
            self.fields["starts_at"].required = False
        if self.instance._state.adding:
            self.initial["starts_at"] = None

    def clean_starts_at(self) -> datetime | None:
        starts_at: datetime | None = self.cleaned_data["starts_at"]
        if starts_at is not None and starts_at <= timezone.now():
            raise forms.ValidationError("A rate cannot begin in the past. Leave it empty to begin now.")
        return starts_at

    def _post_clean(self) -> None:
        # Left empty it is the database's clock that says when, so there is nothing of it to check here.
        if self.cleaned_data.get("starts_at") is None:
            self.cleaned_data["starts_at"] = timezone.now()
            self.begins_now = True
        super()._post_clean()  # type: ignore[misc]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ShopAdmin):
    form = RateForm
    list_display = ["currency", "naira_for_one", "state", "starts_at", "round_up_to", "source", "note"]
    list_filter = ["currency"]
    actions_list = ["drift"]
    fields = [("currency", "naira", "round_up_to"), "starts_at", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExchangeRate]:
        newer = ExchangeRate.objects.filter(
            currency=OuterRef("currency"), starts_at__gt=OuterRef("starts_at"), starts_at__lte=Now()
        )
        return super().get_queryset(request).annotate(is_past=Exists(newer))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_planned(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_planned(obj) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One by one, for those in force stay."""
        return {}

    def save_model(self, request: HttpRequest, obj: ExchangeRate, form: Any, change: bool) -> None:
        if getattr(form, "begins_now", False):
            obj.starts_at = Now()  # type: ignore[assignment]
        obj.source = str(request.user)[:60]
        super().save_model(request, obj, form, change)
        obj.refresh_from_db()

    @action(description="Fixed prices and the rate", url_path="drift", icon="balance", permissions=["view"])
    def drift(self, request: HttpRequest) -> HttpResponse:
        """Every fixed dollar price beside what the rate makes of its naira."""
        rate = ExchangeRate.objects.filter(starts_at__lte=Now()).first()
        rows = [(row, reverse(f"admin:{PLACES[row.kind]}_change", args=[row.pk])) for row in drift.board()]
        context = {
            **admin.site.each_context(request),
            "title": "Fixed prices and the rate",
            "opts": ExchangeRate._meta,
            "rate": rate,
            "rows": rows,
            "most": settings.USD_DRIFT_PERCENT,
        }
        return TemplateResponse(request, "admin/drift.html", context)

    @admin.display(description="Naira for one", ordering="naira")
    def naira_for_one(self, rate: ExchangeRate) -> str:
        return f"₦{rate.naira.normalize():,f}"

    @admin.display(description="State")
    def state(self, rate: Any) -> str:
        if rate.starts_at > timezone.now():
            return "Planned"
        return "Past" if rate.is_past else f"In force, {timesince(rate.starts_at, depth=1)} old"


def _is_planned(rate: ExchangeRate | None) -> bool:
    return rate is None or rate.starts_at > timezone.now()

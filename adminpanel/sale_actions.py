"""So much off the products that staff have ticked: the figures first, and written only when they were looked at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from catalog import sale_planning
from catalog.models import Product, Sale
from core.errors import ShopError


class OffForm(forms.Form):
    sale = forms.ModelChoiceField(Sale.objects.all(), widget=UnfoldAdminSelectWidget)
    percent = forms.DecimalField(
        label="Per cent off",
        min_value=Decimal("0.01"),
        max_value=Decimal("99.99"),
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text="Of each regular price, rounded to whole naira.",
    )


class SalesOfProducts:
    """Mixed into the products' admin class."""

    def has_sell_off_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.add_saleprice") and request.user.has_perm("catalog.delete_saleprice")

    @admin.action(description="Take so much off in a sale", permissions=["sell_off"])
    def sell_off(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        products = sorted(int(pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if pk.isdecimal())
        form = OffForm(request.POST if "seen" in request.POST else None)
        planned: list[sale_planning.PlannedPrice] = []
        try:
            if form.is_valid():
                points = int(form.cleaned_data["percent"] * 100)
                planned = sale_planning.preview(products, points)
                if "apply" in request.POST:
                    return self._applied(request, form.cleaned_data["sale"], products, points)
        except ShopError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        context = {
            **admin.site.each_context(request),
            "title": "So much off in a sale",
            "opts": Product._meta,
            "form": form,
            "products": products,
            "planned": planned,
            "seen": sale_planning.fingerprint(planned),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/sell_off.html", context)

    def _applied(self, request: HttpRequest, sale: Sale, products: list[int], points: int) -> HttpResponse:
        count = sale_planning.apply(sale.pk, products, points, request.POST["seen"])
        told = f"{points / 100:g} % off {len(products)} products: {count} prices."
        self.log_change(request, sale, told)  # type: ignore[attr-defined]
        messages.success(request, f"{sale}: {told}")
        return HttpResponseRedirect(reverse("admin:catalog_sale_change", args=[sale.pk]))

    @admin.display(description="Costs now")
    def present_price(self, product: Product) -> Any:
        """Each price of today, and where it comes from."""
        lines = ((_origin(origin),) for origin in sale_planning.origins(product.pk)) if product.pk else ()
        return format_html_join("", "<p>{}</p>", lines) or "Nothing yet: it has no sizes."


def _origin(origin: sale_planning.Origin) -> str:
    until = f" until {localtime(origin.ends_at):%-d %b %Y, %H:%M}" if origin.ends_at else ""
    return f"{origin.price.display}: {origin.sale or 'regular price'}{until} ({len(origin.skus)} sizes)"

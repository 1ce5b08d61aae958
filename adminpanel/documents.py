"""Packing slips and invoices of orders, one by one and many in one go."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from adminpanel.base import find
from orders import documents, pdf
from orders.models import Order
from orders.views.documents import as_pdf
from payments import for_nothing, standing
from payments.representation import money_back_of

SLIPS_MAX = 100


class PrintsDocuments:
    """Mixed into the order's admin class."""

    actions = ["print_slips"]

    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("slips/", guard(self.slips_view), name="orders_order_slips"),
            path("slips.pdf", guard(self.slips_pdf_view), name="orders_order_slips_pdf"),
            path("<path:object_id>/invoice/", guard(self.invoice_view), name="orders_order_invoice"),
            path("<path:object_id>/invoice.pdf", guard(self.invoice_pdf_view), name="orders_order_invoice_pdf"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    @admin.action(description="Print packing slips", permissions=["view"])
    def print_slips(self, request: HttpRequest, chosen: QuerySet[Order]) -> HttpResponseBase:
        numbers = chosen.order_by("placed_at").values_list("pk", flat=True)[:SLIPS_MAX]
        return HttpResponseRedirect(_address("admin:orders_order_slips", numbers))

    def slips_view(self, request: HttpRequest) -> HttpResponseBase:
        orders = self._orders(request)
        keys = [order.pk for order in orders]
        context = {
            "slips": _slips(orders),
            "as_pdf": _address("admin:orders_order_slips_pdf", keys),
            "back": reverse("admin:orders_order_changelist"),
        }
        return TemplateResponse(request, "admin/slips.html", context)

    def slips_pdf_view(self, request: HttpRequest) -> HttpResponseBase:
        orders = self._orders(request)
        name = f"prechi-slip-{orders[0].number}" if len(orders) == 1 else "prechi-slips"
        return as_pdf(pdf.slips(_slips(orders)), f"{name}.pdf")

    def invoice_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        order = self._order(request, object_id)
        context = {
            "invoice": documents.invoice(order, money_back_of(order)),
            "as_pdf": reverse("admin:orders_order_invoice_pdf", args=[order.pk]),
            "back": reverse("admin:orders_order_change", args=[order.pk]),
        }
        return TemplateResponse(request, "orders/invoice.html", context)

    def invoice_pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        order = self._order(request, object_id)
        return as_pdf(pdf.invoice(documents.invoice(order, money_back_of(order))), f"prechi-invoice-{order.number}.pdf")

    def _order(self, request: HttpRequest, object_id: str) -> Order:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        return find(Order, object_id)

    def _orders(self, request: HttpRequest) -> list[Order]:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        keys = [int(key) for key in request.GET.getlist("order")[:SLIPS_MAX] if key.isdecimal() and len(key) < 16]
        orders = list(Order.objects.filter(pk__in=keys).order_by("placed_at"))
        if not orders:
            raise Http404("Choose the orders whose slips you want to print.")
        return orders

    @admin.display(description="Documents")
    def papers(self, order: Order) -> str:
        return format_html(
            '<a href="{}"><u>Packing slip</u></a> (<a href="{}"><u>PDF</u></a>), '
            '<a href="{}"><u>invoice</u></a> (<a href="{}"><u>PDF</u></a>)',
            _address("admin:orders_order_slips", [order.pk]),
            _address("admin:orders_order_slips_pdf", [order.pk]),
            reverse("admin:orders_order_invoice", args=[order.pk]),
            reverse("admin:orders_order_invoice_pdf", args=[order.pk]),
        )


def _slips(orders: list[Order]) -> list[documents.Slip]:
    not_paid_for, unpaid = standing.pieces_not_paid_for(*orders), for_nothing.orders_among(orders)
    return [documents.slip(order, not_paid_for, is_for_nothing=order.pk in unpaid) for order in orders]


def _address(name: str, keys: Any) -> str:
    return f"{reverse(name)}?{'&'.join(f'order={key}' for key in keys)}"

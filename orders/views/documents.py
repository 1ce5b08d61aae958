"""The invoice, for whoever holds the order's link: a page to print, and a PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders import documents, pdf
from orders.views.order import order_with


@never_cache
@require_safe
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    order = order_with(token)
    return render(request, "orders/invoice.html", {"order": order, "invoice": documents.invoice(order)})


@never_cache
@require_safe
def invoice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    order = order_with(token)
    return as_pdf(pdf.invoice(documents.invoice(order)), f"prechi-invoice-{order.number}.pdf")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Shown by the browser, and kept under this name by whoever saves it."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

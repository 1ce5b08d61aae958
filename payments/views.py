"""Pages of paying, what was paid on paper, and the door for Paystack's webhooks."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, ShopError, Unavailable
from core.http import ProviderUnavailable
from orders import delivery_quotes, documents, pdf, substitutes
from orders.events import CUSTOMER
from orders.models import DeliveryQuote, Order
from orders.summary import lines_of, totals_of
from orders.views.documents import as_pdf
from orders.views.order import order_again, order_with
from orders.views.refusals import with_refusals
from payments import attempts, cancellation, late_money, not_as_asked, settlement, webhooks
from payments.models import Payment
from payments.representation import money_back_of

RETRY_AFTER_SECONDS = 30
LINE = "line_"
# Paystack's word for a payment page that was left, or is still open somewhere: nothing is known to be on its way.
ABANDONED = "abandoned"
PROBLEMS: dict[str, str] = {
    Payment.Outcome.DUPLICATE: "paid_twice",
    Payment.Outcome.LATE: "late",
    Payment.Outcome.MISMATCH: "mismatch",
    Payment.Outcome.REPLACED: "replaced",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_refusals
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """GET, from a link in a mail, asks first; POST opens an attempt and sends the browser to Paystack.

    A link that is opened too late leads to the order, which says what became of it and what can still be done.
    """
    order = order_with(token)
    is_over = order.hold_expires_at <= order.now and not order.pay_on_delivery  # type: ignore[attr-defined]
    if not order.is_payable or (is_over and request.method != "POST"):
        return redirect(order)
    if request.method != "POST":
        return render(request, "payments/pay.html", {"order": order})
    return _to_paystack(request, order)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_refusals
def delivery(request: HttpRequest, token: str) -> HttpResponse:
    """The same for the price of a delivery. An old link says so and leads to the price that counts."""
    quote = get_object_or_404(DeliveryQuote.objects.select_related("order"), token=token)
    if request.method == "POST":
        return _to_paystack(request, quote.order, quote)
    waiting = delivery_quotes.waiting(quote.order)
    context = {
        "quote": quote,
        "order": quote.order,
        "in_force": waiting,
        "held_until": delivery_quotes.last_day(quote) if waiting == quote and delivery_quotes.has_ended(quote) else "",
    }
    return render(request, "payments/delivery.html", context)


def _to_paystack(request: HttpRequest, order: Order, quote: DeliveryQuote | None = None) -> HttpResponse:
    try:
        payment = attempts.start(order, quote)
    except Conflict as nothing_to_pay:
        messages.info(request, nothing_to_pay.message)
        return redirect(order)
    except Unavailable as error:
        context = {"order": order, "quote": quote, "error": error}
        response = render(request, "payments/unavailable.html", context, status=error.status)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return HttpResponseRedirect(payment.authorization_url)


@never_cache
@require_safe
@with_refusals
def returned(request: HttpRequest) -> HttpResponse:
    """Where Paystack sends the browser back. Asks Paystack, and shows the truth however often it is loaded."""
    reference = request.GET.get("reference") or request.GET.get("trxref", "")
    try:
        payment = settlement.look_again(reference)
    except ProviderUnavailable:
        payment = Payment.objects.get(reference=reference)
    order = order_with(payment.order.token)
    context = {
        "state": _state(payment, order),
        "look_again_in": _look_again_in(payment),
        "payment": payment,
        "order": order,
        "lines": lines_of(order),
        "totals": totals_of(order),
        "may_choose": late_money.is_open(order),
        "is_held": order.is_payable and order.hold_expires_at > order.now,  # type: ignore[attr-defined]
    }
    return render(request, "payments/return.html", context)


def _look_again_in(payment: Payment) -> int:
    """Seconds after which a waiting page asks again: soon at first, and seldom when a transfer takes its time."""
    age = (timezone.now() - payment.created_at).total_seconds()
    return min(60, max(5, int(age) // 10))


def _state(payment: Payment, order: Order) -> str:
    """paid, pending, failed, unfinished, reversed, or the kind of problem.

    Paid also where another attempt paid the same."""
    if payment.state == Payment.State.CAPTURED and payment.outcome != Payment.Outcome.APPLIED:
        return PROBLEMS.get(payment.outcome, "mismatch")
    if payment.quote.paid_at if payment.quote else order.paid_at:
        return "paid"
    if payment.provider_status in (not_as_asked.REVERSED, not_as_asked.GOING_BACK):
        return "reversed"
    if payment.state == Payment.State.FAILED:
        return "failed"
    return "unfinished" if payment.provider_status == ABANDONED else "pending"


@never_cache
@require_POST
@with_refusals
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    order = cancellation.cancel(order_with(token), CUSTOMER)
    return redirect(order)


@never_cache
@require_POST
@with_refusals
def anew(request: HttpRequest, token: str) -> HttpResponse:
    """Ends an order that nobody paid, for it keeps its pieces from everybody, and puts them in the bag.

    One that turns out to be paid is left alone: its page says so.
    """
    order = order_with(token)
    if order.paid_at is not None:
        return redirect(order)
    if order.is_payable:
        cancellation.cancel(order, CUSTOMER)
    return order_again(request, token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_refusals
def another_size(request: HttpRequest, token: str) -> HttpResponse:
    """For money that came when the pieces were gone: the customer takes another size, or the money."""
    order = order_with(token)
    if request.method == "POST" and "refund" in request.POST:
        late_money.decline(order.pk, CUSTOMER)
        return redirect(order)
    if request.method == "POST":
        late_money.accept(order.pk, _chosen(request), CUSTOMER)
        messages.success(request, "Thank you. Your order goes on.")
        return redirect(order)
    if not late_money.is_open(order):
        return redirect(order)
    context = {"order": order, "short": substitutes.short_lines(order), "hours": settings.LATE_OFFER_HOURS}
    return render(request, "payments/another_size.html", context)


def _chosen(request: HttpRequest) -> dict[int, str]:
    """Line id to SKU, of fields such as line_7."""
    names = [name for name in request.POST if name.removeprefix(LINE).isdecimal()]
    return {int(name.removeprefix(LINE)[:15]): str(request.POST[name]) for name in names if name.startswith(LINE)}


@never_cache
@require_safe
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the order's link: a page to print."""
    order = order_with(token)
    context = {
        "invoice": documents.invoice(order, money_back_of(order)),
        "as_pdf": reverse("payments:invoice_pdf", args=[order.token]),
        "back": order.get_absolute_url(),
    }
    return render(request, "orders/invoice.html", context)


@never_cache
@require_safe
def invoice_pdf(request: HttpRequest, token: str) -> HttpResponse:
    order = order_with(token)
    content = pdf.invoice(documents.invoice(order, money_back_of(order)))
    return as_pdf(content, f"prechi-invoice-{order.number}.pdf")


@csrf_exempt
@require_POST
def paystack_webhook(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored; until then Paystack tries again."""
    try:
        webhooks.receive(request.body, request.headers.get("X-Paystack-Signature", ""))
    except ShopError as error:
        answer = {"code": error.code, "detail": error.message, "field": error.field}
        return JsonResponse(answer, status=error.status)
    return JsonResponse({"status": "stored"})

"""The page of an order, for whoever holds its link; and the list of a customer's own."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orders import again, delivery_quotes, history, lifecycle, offline_methods, progress, return_policy
from orders.bag_cookie import bag_to_fill, remember, tells_count
from orders.events import CUSTOMER, messages_of
from orders.models import Order, Return, ReturnLine
from orders.parcels import left_of, parcels_of
from orders.summary import lines_of, totals_of
from orders.tokens import order_id_of
from orders.views.refusals import with_refusals

# No id of the database has more.
ID_DIGITS = 18


def order_with(token: str) -> Order:
    """Raises Http404 for an unknown token. `now` is the database's clock, which decides about holds."""
    pk = order_id_of(token)
    order = Order.objects.annotate(now=Now()).filter(pk=pk, token=token).first() if pk else None
    if order is None:
        raise Http404("There is no such order.")
    return order


def progress_of(order: Order) -> dict[str, Any]:
    """What partials/order_progress.html shows. One query, and two more once it is packed."""
    return {
        "steps": progress.steps(order),
        "parcels": parcels_of(order) if order.packed_at else [],
        "expected": progress.expected(order),
        "is_late": progress.is_late(order),
    }


def returns_of(order: Order) -> list[Return]:
    """With their pieces, for partials/order_return.html; the newest first. Two queries, none before it is delivered."""
    if order.status != Order.Status.DELIVERED:
        return []
    return list(order.returns.prefetch_related(Prefetch("lines", ReturnLine.objects.with_pieces())))


@never_cache
@require_safe
@tells_count
def order(request: HttpRequest, token: str) -> HttpResponse:
    found = order_with(token)
    context = {
        "order": found,
        "lines": lines_of(found),
        "totals": totals_of(found),
        "messages_of_staff": messages_of(found),
        **progress_of(found),
        "may_extend": found.hold_extensions < settings.HOLD_EXTENSIONS_MAX,
        "quote": delivery_quotes.payable(found),
        "quote_ended": delivery_quotes.ended(found),
        "delivery_paid": delivery_quotes.in_force(found) if found.quote_status == Order.QuoteStatus.PAID else None,
        "bank_account": offline_methods.bank_account(found),
        "may_cancel": found.status == Order.Status.PAID and bool(left_of(found)),
        "may_send_back": return_policy.may_be_asked(found),
        "returns": returns_of(found),
        "return_address": settings.SELLER_ADDRESS,
        "gets_money_back": found.cost_something and found.payment_status != Order.PaymentStatus.REFUNDED,
        "by_hand": offline_methods.was_used(found),
        "is_held": found.is_payable and found.hold_expires_at > found.now,  # type: ignore[attr-defined]
    }
    return render(request, "orders/order.html", context)


@never_cache
@require_POST
@with_refusals
def extend(request: HttpRequest, token: str) -> HttpResponse:
    lifecycle.extend_hold(order_with(token).pk, CUSTOMER)
    messages.success(request, "Your pieces are held for longer.")
    return redirect("orders:order", token)


@never_cache
@require_POST
@tells_count
@with_refusals
def order_again(request: HttpRequest, token: str) -> HttpResponse:
    """Its pieces into the bag of this browser, at today's prices."""
    found, bag = order_with(token), bag_to_fill(request)
    missing = again.put_into(bag, found)
    for sentence in missing:
        messages.warning(request, sentence)
    if not missing:
        messages.success(request, "They are in your bag, at today’s prices.")
    response = redirect("orders:bag")
    remember(response, bag.token)
    return response


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The newest first; with `?after=` those before that one."""
    after = _id(request.GET.get("after", ""))
    return render(request, "orders/mine.html", {"page": history.page_of(request.user.pk or 0, after), "after": after})


def _id(written: str) -> int | None:
    """What may be one. None for anything else, which shows the first page."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= ID_DIGITS else None

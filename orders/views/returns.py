"""Asking to send pieces back: a form that works without scripts, for whoever holds the order's link."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import ShopError
from orders import other_sizes, return_policy, returns
from orders.events import CUSTOMER
from orders.models import Order, Return
from orders.return_policy import Piece
from orders.returns import Wish
from orders.views.order import order_with


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    order = order_with(token)
    if request.method != "POST":
        return _page(request, order)
    kind = request.POST.get("kind", "")
    try:
        returns.request(
            order.pk, _wishes(order, request), kind, request.POST.get("reason", ""), _text(request), CUSTOMER
        )
    except ShopError as error:
        return _page(request, order, error)
    messages.success(request, "We have it. A person looks at it and answers by mail.")
    return redirect(order)


def _wishes(order: Order, request: HttpRequest) -> dict[str, Wish]:
    given = request.POST
    return {
        key: Wish(_number(given.get(f"line_{key}", "")), given.get(f"size_{key}", ""))
        for key in (piece.key for piece in return_policy.pieces_of(order))
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\0", "")


def _page(request: HttpRequest, order: Order, error: ShopError | None = None) -> HttpResponse:
    left = [piece for piece in return_policy.pieces_of(order) if piece.left > 0]
    pieces = [piece for piece in left if piece.is_in_time]
    lines = [
        {
            "piece": piece,
            "counts": range(1, piece.left + 1),
            "sizes": other_sizes.in_its_colour(piece),
            "given": _number(request.POST.get(f"line_{piece.key}", _at_first(pieces))),
            "size": request.POST.get(f"size_{piece.key}", ""),
            "error": _part_at_fault(piece, error),
        }
        for piece in pieces
    ]
    context = {
        "order": order,
        "lines": lines,
        "is_over": bool(left),
        "under_way": return_policy.under_way(order),
        "days": settings.RETURN_DAYS,
        "reasons": Return.Reason.choices,
        "error": error,
        "error_at": error.field.replace("_", "-") if error and error.field != "lines" else "",
        "given": request.POST,
    }
    return render(request, "orders/return.html", context, status=error.status if error else 200)


def _part_at_fault(piece: Piece, error: ShopError | None) -> str:
    """ "line" or "size" where the error is about that field of this piece."""
    part, _, key = (error.field if error else "").partition("_")
    return part if key == piece.key else ""


def _at_first(pieces: list[Piece]) -> str:
    """Where there is but one piece, that is the one."""
    return "1" if sum(piece.left for piece in pieces) == 1 else ""

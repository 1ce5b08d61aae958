"""Where an order is, for whoever has lost its link: a form, and in its answer as much as a stranger may know."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import ShopError
from orders import tracking
from orders.bag_cookie import tells_count
from orders.models import Order
from orders.progress import short_name
from orders.summary import lines_of
from orders.views.order import progress_of
from orders.views.refusals import TRY_LATER, with_refusals

WRITTEN_MAX = 254


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tells_count
@with_refusals
def track(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    try:
        order = tracking.find(request, _written(request, "number"), _written(request, "known"))
    except ShopError as error:
        if error.status == TRY_LATER:
            raise
        return _form(request, error)
    return render(request, "orders/tracked.html", _shown(order))


def _form(request: HttpRequest, error: ShopError | None = None) -> HttpResponse:
    context = {"error": error, "number": _written(request, "number"), "known": _written(request, "known")}
    return render(request, "orders/track.html", context, status=error.status if error else HTTPStatus.OK)


def _written(request: HttpRequest, name: str) -> str:
    """What is longer can be neither, and is not looked at nor shown again."""
    text = request.POST.get(name, "").replace("\0", "")
    return text if len(text) <= WRITTEN_MAX else ""


def _shown(order: Order) -> dict[str, object]:
    """No street, no phone number and no link: number and address of an order are not kept as a secret."""
    return {"order": order, "name": short_name(order.full_name), "lines": lines_of(order), **progress_of(order)}

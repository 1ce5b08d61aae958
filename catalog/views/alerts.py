"""Asking to be told when a size is back, and stopping those mails again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from catalog import alerts
from catalog.models import VariantSize
from core.bodies import address_of
from core.errors import NotFound, ShopError
from core.same_origin import same_origin


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form stands on the page of the product; here it stands alone, for a mistake and for a link."""
    sku = (request.POST if request.method == "POST" else request.GET).get("sku", "")
    try:
        if request.method != "POST":
            return _form(request, alerts.size_of(sku))
        email = request.POST.get("email", "").strip(" ") or _own_address(request)
        size = alerts.ask(sku, email, network_address=address_of(request))
    except NotFound as unknown:
        raise Http404(unknown.message) from unknown
    except ShopError as error:
        return _form(request, alerts.size_of(sku), error)
    messages.success(
        request,
        f"Noted. When {size.variant.product.name} in {size.variant.colour.name}, {size.size.name}, is back, "
        "you get one e-mail.",
    )
    return redirect(_address(size))


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking stops nothing, for programs that check mails follow every link. The signed address is the proof, so
    that the button of a mail program, which comes from no page of ours, works as well."""
    try:
        email = alerts.email_behind(token)
        stopped = alerts.stop(token) if request.method == "POST" else None
    except NotFound as unknown:
        raise Http404(unknown.message) from unknown
    return render(request, "catalog/stop_alerts.html", {"email": email, "stopped": stopped, "token": token})


def _form(request: HttpRequest, size: VariantSize, error: ShopError | None = None) -> HttpResponse:
    context = {
        "size": size,
        "back": _address(size),
        "error": error,
        "email": request.POST.get("email", "")[:254] or _own_address(request),
    }
    return render(request, "catalog/alert.html", context, status=error.status if error else 200)


def _own_address(request: HttpRequest) -> str:
    return str(request.user.email) if request.user.is_authenticated else ""


def _address(size: VariantSize) -> str:
    variant = size.variant
    chosen = urlencode({"colour": variant.colour.slug, "size": size.size.name})
    return f"{variant.product.get_absolute_url()}?{chosen}"

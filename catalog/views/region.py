"""Where to and in which currency: the form in header and footer, and its page with every country."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_countries import countries

from catalog import chosen
from core.same_origin import same_origin

NEXT_MAX = 600


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def region(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to where it was made."""
    if request.method != "POST":
        context = {
            "all_countries": list(countries),
            "country": chosen.country_of(request) or settings.COUNTRIES_OFFERED[0],
            "next": _back(request.GET.get("next", "")),
        }
        return render(request, "catalog/region.html", context)
    response = redirect(_back(request.POST.get("next", "")))
    chosen.remember(request, response, request.POST.get("currency", ""), request.POST.get("country", ""))
    return response


def _back(address: str) -> str:
    """An address of this shop; its front page instead of any other."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and len(address) <= NEXT_MAX else reverse("catalog:home")

"""Where to and in which currency: the form in header and footer, and its page with every country."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_countries import countries

from catalog import chosen
from core.same_origin import ours, same_origin


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def region(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and goes back to where it was made."""
    if request.method != "POST":
        context = {
            "all_countries": list(countries),
            "country": chosen.country_of(request) or settings.COUNTRIES_OFFERED[0],
            "next": ours(request.GET.get("next", ""), reverse("catalog:home")),
        }
        return render(request, "catalog/region.html", context)
    response = redirect(ours(request.POST.get("next", ""), reverse("catalog:home")))
    chosen.remember(request, response, request.POST.get("currency", ""), request.POST.get("country", ""))
    return response

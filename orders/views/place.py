"""Where to: asked once, so that product pages and the bag tell what delivery there costs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.chosen import prices_of
from core.same_origin import ours, same_origin
from orders import coverage, remembered
from orders.forms import PlaceForm


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Keeps the place and goes back to `next`; while it does not decide yet, to `here`, where the rest is asked."""
    if request.method != "POST":
        back = ours(request.GET.get("next", ""), reverse("orders:delivery"))
        context = {"form": remembered.form_of(request), "next": back, "here": _here(back)}
        return render(request, "orders/place.html", context)
    form, back = PlaceForm(request.POST.dict()), ours(request.POST.get("next", ""), reverse("orders:delivery"))
    response = redirect(back if form.is_enough else ours(request.POST.get("here", ""), _here(back)))
    remembered.remember(request, response, form.place)
    return response


def _here(back: str) -> str:
    return f"{reverse('orders:place')}?{urlencode({'next': back})}"


@never_cache
@require_safe
def line(request: HttpRequest) -> HttpResponse:
    """What delivery to the remembered place costs, for a page that is the same for everybody; 204 for none."""
    place = remembered.form_of(request).known
    if place is None:
        return HttpResponse(status=204)
    found = coverage.look_up(place, prices_of(request))
    return render(request, "partials/delivery_line.html", {"place": place, "found": found})

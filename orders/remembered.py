"""The place that a browser keeps for its visitor, as much of an address as decides what delivery costs: for pages that
tell the fee before there is an address."""

from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse

from catalog import chosen
from orders.delivery import Destination
from orders.forms import PlaceForm

# Beside the country's own: state and area.
COOKIE = "place"
COOKIE_MAX = 600


def form_of(request: HttpRequest) -> PlaceForm:
    """The question where to, filled in with what is remembered. One query at most where a state is, else none."""
    country = chosen.country_of(request)
    state, _, area = unquote(request.COOKIES.get(COOKIE, "")[:COOKIE_MAX]).partition("|")
    return PlaceForm({"country": country, "state": state, "area": area} if country else {})


def remember(request: HttpRequest, response: HttpResponse, place: Destination) -> None:
    chosen.remember(request, response, "", place.country)
    chosen.keep(response, COOKIE, quote(f"{place.state}|{place.area}", safe=""))

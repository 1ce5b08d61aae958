"""Pages whose address has changed."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from catalog.models import OldAddress
from catalog.moved import slug_now

Kind = OldAddress.Kind


def moved(request: HttpRequest, kind: OldAddress.Kind, name: str, slug: str, unknown: str) -> HttpResponse:
    """Leads to where the thing is now, for ever, with what was chosen in the address: a colour, a filter, the pieces
    of a bundle. Raises Http404 with `unknown` where nothing was ever here.
    """
    now = slug_now(kind, slug)
    if now is None or now == slug:
        raise Http404(unknown)
    chosen = request.META["QUERY_STRING"]
    return HttpResponsePermanentRedirect(f"{reverse(name, args=[now])}{'?' if chosen else ''}{chosen}")

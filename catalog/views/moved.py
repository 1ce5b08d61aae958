"""Pages whose address has changed."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from catalog.models import OldAddress
from catalog.moved import slug_now

Kind = OldAddress.Kind


def moved(kind: OldAddress.Kind, name: str, slug: str, unknown: str) -> HttpResponse:
    """Leads to where the thing is now, for ever. Raises Http404 with `unknown` where nothing was ever here."""
    now = slug_now(kind, slug)
    if now is None or now == slug:
        raise Http404(unknown)
    return redirect(name, now, permanent=True)

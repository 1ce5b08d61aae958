"""The page on which staff see where zones leave gaps, cover each other or decide nothing, and what a place costs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from orders import coverage
from orders.forms import PlaceForm

TEXT = UnfoldAdminTextInputWidget().attrs["class"]


def page(request: HttpRequest, frame: dict[str, Any]) -> HttpResponse:
    form = PlaceForm(request.GET)
    for field in form.fields.values():
        field.widget.attrs["class"] = TEXT
    context = {
        **frame,
        "title": "Coverage",
        "board": coverage.coverage(),
        "form": form,
        "found": coverage.look_up(form.place) if "country" in request.GET and form.is_enough else None,
    }
    return TemplateResponse(request, "admin/coverage.html", context)


def warning() -> str:
    """What to tell whoever has just changed zones or areas; "" where nothing is left out."""
    gaps = coverage.gaps()
    if not gaps:
        return ""
    named = "; ".join(str(gap) for gap in gaps[:3])
    more = f"; and {len(gaps) - 3} more" if len(gaps) > 3 else ""
    return f"No zone delivers to {named}{more}. Orders to there wait for a price."

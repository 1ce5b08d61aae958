"""Help and rules. Their figures come from the zones, categories and settings that the code enforces."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.generic import TemplateView

from catalog import size_guides
from catalog.models import Category
from core.public import keep
from orders.models import Zone, ZoneArea

UNITS = ("cm", "in")


class HelpPage(TemplateView):
    http_method_names = ["get", "head", "options"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        assert isinstance(response, TemplateResponse)
        return keep(self.request, response.render())

    extra_context = {"current": "help"}


class Help(HelpPage):
    template_name = "help/index.html"


class Delivery(HelpPage):
    template_name = "help/delivery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        named = Prefetch("areas", ZoneArea.objects.exclude(area=""), to_attr="named_areas")
        zones = Zone.objects.filter(active=True).prefetch_related(named)
        return super().get_context_data(zones=zones, hold_minutes=settings.HOLD_MINUTES, **kwargs)


class Returns(HelpPage):
    template_name = "help/returns.html"


class Sizes(HelpPage):
    """Every guide, or with `?guide=briefs` that one open and first; `&unit=in` puts the inches first."""

    template_name = "help/sizes.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tables, asked, unit = size_guides.tables(), request.GET.get("guide", ""), request.GET.get("unit", "")
        if asked not in {"", *(table["slug"] for table in tables)} or unit not in {"", *UNITS}:
            return redirect("orders:sizes")
        tables.sort(key=lambda table: table["slug"] != asked)
        context = self.get_context_data(tables=tables, asked=asked, unit=unit or UNITS[0])
        return self.render_to_response(context)


class Contact(HelpPage):
    template_name = "help/contact.html"


class Privacy(HelpPage):
    template_name = "help/privacy.html"


class Terms(HelpPage):
    template_name = "help/terms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minimums = Category.objects.filter(active=True, minimum_quantity__gt=1).select_related("exempting_category")
        return super().get_context_data(minimums=minimums, hold_minutes=settings.HOLD_MINUTES, **kwargs)

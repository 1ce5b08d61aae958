"""Help and rules. Their figures come from the zones, categories and settings that the code enforces."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.generic import TemplateView

from catalog.models import Category
from core.public import keep
from orders.models import Zone, ZoneArea

# Of the body, in centimetres: from, below. Each size begins where the one before it ends.
CHEST = (76, 82, 88, 94, 102, 110, 118, 126, 134, 142)
WAIST = (60, 66, 72, 78, 86, 94, 102, 110, 118, 126)
HIPS = (84, 90, 96, 102, 110, 118, 126, 134, 142, 150)
SIZES = ("XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL")
CENTIMETRES_PER_INCH = 2.54


def size_rows(divisor: float, form: str) -> list[tuple[str, list[str]]]:
    """For each size the range of chest, waist and hips."""

    def ends(scale: tuple[int, ...], index: int) -> str:
        return "–".join(form.format(scale[place] / divisor) for place in (index, index + 1))

    return [(name, [ends(scale, index) for scale in (CHEST, WAIST, HIPS)]) for index, name in enumerate(SIZES)]


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
    template_name = "help/sizes.html"
    extra_context = {
        "current": "help",
        "tables": [
            {"unit": "cm", "title": "Centimetres", "rows": size_rows(1, "{:.0f}")},
            {"unit": "in", "title": "Inches", "rows": size_rows(CENTIMETRES_PER_INCH, "{:.1f}")},
        ],
    }


class Contact(HelpPage):
    template_name = "help/contact.html"


class Privacy(HelpPage):
    template_name = "help/privacy.html"


class Terms(HelpPage):
    template_name = "help/terms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minimums = Category.objects.filter(active=True, minimum_quantity__gt=1).select_related("exempting_category")
        return super().get_context_data(minimums=minimums, hold_minutes=settings.HOLD_MINUTES, **kwargs)

"""Help and rules. Their figures come from the zones, categories and settings that the code enforces."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.generic import TemplateView

from catalog import size_guides
from catalog.chosen import prices_of
from catalog.models import Category
from catalog.seo import social
from core.public import keep
from orders import coverage, delivery, on_delivery, return_policy
from orders.forms import PlaceForm
from orders.models import Zone

UNITS = ("cm", "in")


class HelpPage(TemplateView):
    """`title` and `about` are for search engines and shared links; no two pages have the same.

    `updated` is when its words were last changed; what it shows of the shop's tables and settings is always of now.
    """

    http_method_names = ["get", "head", "options"]
    extra_context = {"current": "help"}
    title: str
    about: str
    updated: date | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shared = social(self.title, self.about, self.request.path, f"{settings.SITE_URL}/")
        return super().get_context_data(social=shared, updated=self.updated, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        assert isinstance(response, TemplateResponse)
        response.shows_currency = True  # type: ignore[attr-defined]
        return keep(self.request, response.render())


class Help(HelpPage):
    template_name = "help/index.html"
    title = "Help"
    about = "Delivery and its fees, returns, sizes, and a person to write to: help with orders from Prechi, Lagos."


class Delivery(HelpPage):
    """With `?country=NG&state=Lagos&area=Eti-Osa`: what it costs there."""

    template_name = "help/delivery.html"
    title = "Delivery and fees"
    updated = date(2026, 11, 26)
    about = "What delivery costs to your area and how long it takes, from the same table that checkout uses."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        prices = prices_of(self.request)
        zones = [(zone, [place["area"] for place in zone.places if place["area"]]) for zone in delivery.zones(prices)]
        form = PlaceForm(self.request.GET)
        found = coverage.look_up(form.place, prices) if "country" in self.request.GET and form.is_enough else None
        return super().get_context_data(
            zones=zones,
            form=form,
            found=found,
            hold_minutes=settings.HOLD_MINUTES,
            at_the_door=on_delivery.most(),
            **kwargs,
        )


class Returns(HelpPage):
    template_name = "help/returns.html"
    title = "Returns"
    updated = date(2026, 11, 26)
    about = "What can come back to Prechi Clothing and how: faulty pieces, another size, underwear, cancelled orders."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = [category.name for category in return_policy.final_sale().filter(active=True)]
        return super().get_context_data(days=settings.RETURN_DAYS, final_sale=" and ".join(names), **kwargs)


class Sizes(HelpPage):
    """Every guide, or with `?guide=briefs` that one open and first; `&unit=in` puts the inches first."""

    template_name = "help/sizes.html"
    title = "Size guide"
    updated = date(2026, 11, 26)
    about = (
        "What each size measures around chest, waist and hips, in centimetres and inches, and how to measure yourself."
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tables, asked, unit = size_guides.tables(), request.GET.get("guide", ""), request.GET.get("unit", "")
        if asked not in {"", *(table["slug"] for table in tables)} or unit not in {"", *UNITS}:
            return redirect("orders:sizes")
        tables.sort(key=lambda table: table["slug"] != asked)
        context = self.get_context_data(tables=tables, asked=asked, unit=unit or UNITS[0])
        return self.render_to_response(context)


class Questions(HelpPage):
    template_name = "help/questions.html"
    title = "Questions"
    updated = date(2026, 11, 26)
    about = "Paying, holding, delivery, bundles, codes and sending back: short answers to what people ask us most."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        there = Zone.objects.filter(active=True, pay_on_delivery=True).values_list("name", flat=True)
        return super().get_context_data(
            hold_minutes=settings.HOLD_MINUTES,
            days=settings.RETURN_DAYS,
            at_the_door=on_delivery.most(),
            door_zones=", ".join(there) if on_delivery.most() else "",
            **kwargs,
        )


class Contact(HelpPage):
    template_name = "help/contact.html"
    title = "Contact"
    updated = date(2026, 11, 26)
    about = "Write to a person at Prechi Clothing, Lagos, about an order, a size or a payment."


class Privacy(HelpPage):
    template_name = "help/privacy.html"
    title = "Privacy"
    updated = date(2026, 11, 26)
    about = "What Prechi Clothing keeps of you and why, who else sees it, and how to have it corrected or deleted."


class Terms(HelpPage):
    template_name = "help/terms.html"
    title = "Terms"
    updated = date(2026, 11, 26)
    about = "Prices, orders, payment and delivery: what you and Prechi Clothing agree to when you buy here."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minimums = Category.objects.filter(active=True, minimum_quantity__gt=1).select_related("exempting_category")
        return super().get_context_data(minimums=minimums, hold_minutes=settings.HOLD_MINUTES, **kwargs)

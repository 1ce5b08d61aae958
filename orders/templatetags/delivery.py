"""Delivery for pages of the shop window, from the zones that checkout uses: for people, and for search engines."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from catalog.chosen import prices_of
from catalog.seo import Terms, bundle_json_ld, product_json_ld
from core.money import SUBUNITS
from orders import delivery
from orders.models import Zone

register = template.Library()

WORKING_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@register.simple_tag(takes_context=True)
def delivery_zones(context: Context) -> list[Zone]:
    """Those that have a fee, in the currency that the visitor chose."""
    return [zone for zone in delivery.zones(prices_of(context["request"])) if not zone.is_quoted]


@register.simple_tag
def product_data(page: dict[str, Any], zones: Sequence[Zone]) -> SafeString:
    """What the page says of a product, as structured data. `zones` as `delivery_zones` gives them."""
    return product_json_ld(page, f"{settings.SITE_URL}/", _terms(zones))


@register.simple_tag
def bundle_data(page: dict[str, Any], zones: Sequence[Zone]) -> SafeString:
    return bundle_json_ld(page, f"{settings.SITE_URL}/", reverse("catalog:bundles"), _terms(zones))


def _terms(zones: Sequence[Any]) -> Terms:
    """A zone that no country maps to by its name is told to nobody. What may come back is words, so that their page is
    named."""
    returns = settings.SITE_URL + reverse("orders:returns")
    policy = {"@id": f"{returns}#policy", "@type": "MerchantReturnPolicy", "merchantReturnLink": returns}
    return Terms([_shipping(zone) for zone in zones if _named(zone)], policy)


def _named(zone: Any) -> list[dict[str, str]]:
    return [place for place in zone.places if place["country"] != delivery.EVERY_OTHER]


def _shipping(zone: Any) -> dict[str, Any]:
    return {
        "@id": f"{settings.SITE_URL}{reverse('orders:delivery')}#{zone.slug}",
        "@type": "OfferShippingDetails",
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": str(Decimal(zone.fee_kobo) / SUBUNITS),
            "currency": "NGN",
        },
        "shippingDestination": [
            _region(zone.name, country, [place["state"] for place in places])
            for country, places in groupby(_named(zone), key=lambda place: place["country"])
        ],
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "businessDays": {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{day}" for day in WORKING_DAYS],
            },
            "transitTime": {
                "@type": "QuantitativeValue",
                "minValue": zone.min_days,
                "maxValue": zone.max_days,
                "unitCode": "DAY",
            },
        },
    }


def _region(name: str, country: str, states: list[str]) -> dict[str, Any]:
    """All of a country, or some of its states; the zone's name says which part of them."""
    region: dict[str, Any] = {"@type": "DefinedRegion", "name": name, "addressCountry": country}
    return region if "" in states else region | {"addressRegion": sorted(set(states))}

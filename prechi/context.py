"""What every page knows of the shop."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django_countries import countries

from catalog.chosen import prices_of

CURRENCY_NAMES = {"NGN": "₦ Nigerian naira", "USD": "$ US dollar"}


def shop(request: HttpRequest) -> dict[str, object]:
    return {
        "shop_name": settings.SHOP_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "contact_whatsapp": settings.CONTACT_WHATSAPP,
        "region": _region(request),
    }


def _region(request: HttpRequest) -> dict[str, object]:
    """For the form of country and currency. Of the visitor it has the currency alone, by which pages differ."""
    prices = prices_of(request)
    return {
        "currency": prices.currency,
        "sign": prices.sign,
        "is_charged": prices.is_charged,
        "currencies": [(code, CURRENCY_NAMES[code]) for code in settings.CURRENCIES],
        "here": _here(request),
        "countries": [(code, countries.name(code)) for code in settings.COUNTRIES_OFFERED],
    }


def _here(request: HttpRequest) -> str:
    """Where the form leads back to: written in one way, as prechi.ready keeps pages under one address."""
    pairs = sorted(
        ((name, value) for name, values in request.GET.lists() for value in values), key=lambda pair: pair[0]
    )
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path

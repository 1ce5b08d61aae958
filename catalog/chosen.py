"""The country and the currency that a browser keeps for its visitor. Neither says who they are."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_countries import countries

from catalog import currencies
from catalog.currencies import Prices

CURRENCY_COOKIE, COUNTRY_COOKIE = "currency", "country"
KEPT_SECONDS = 365 * 24 * 3600
IN_COOKIES = re.compile(rf"(?:^|;\s*){CURRENCY_COOKIE}=([A-Z]{{3}})(?=;|$)", re.ASCII)


def currency_in(cookies: str) -> str:
    """The other currency than naira that a Cookie header asks for; "" where there is none."""
    if CURRENCY_COOKIE not in cookies:
        return ""
    found = IN_COOKIES.search(cookies)
    return found[1] if found and _is_other(found[1]) else ""


def currency_of(request: HttpRequest) -> str:
    asked = request.COOKIES.get(CURRENCY_COOKIE, "")
    return asked if _is_other(asked) else settings.BASE_CURRENCY


def country_of(request: HttpRequest) -> str:
    """An ISO 3166 code; "" where none was chosen."""
    asked = request.COOKIES.get(COUNTRY_COOKIE, "")
    return asked if asked in countries else ""


def prices_of(request: HttpRequest) -> Prices:
    """What this visitor sees prices in: naira also where the chosen currency has no rate. At most one query for a
    request, and none for naira."""
    known: Prices | None = getattr(request, "_prices", None)
    if known is None:
        known = request._prices = currencies.shown_or_naira(currency_of(request))  # type: ignore[attr-defined]
    return known


def remember(request: HttpRequest, response: HttpResponse, currency: str, country: str) -> None:
    """Keeps what is one of ours; anything else leaves the choice as it was. Naira need no cookie."""
    if _is_other(currency):
        keep(response, CURRENCY_COOKIE, currency)
    elif currency == settings.BASE_CURRENCY and CURRENCY_COOKIE in request.COOKIES:
        response.delete_cookie(CURRENCY_COOKIE, samesite="Lax")
    if country in countries:
        keep(response, COUNTRY_COOKIE, country)


def _is_other(currency: str) -> bool:
    return currency != settings.BASE_CURRENCY and currency in settings.CURRENCIES


def keep(response: HttpResponse, name: str, value: str) -> None:
    """For a year, where the shop's scripts can read it."""
    attributes: dict[str, Any] = {"samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie(name, value, max_age=KEPT_SECONDS, **attributes)

"""Discount codes on bag and checkout: one is tried, and what is wrong with it stands beside its field."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.tries import TooManyTries
from catalog.chosen import prices_of
from core.errors import ShopError
from orders import guesses
from orders.delivery import Destination
from orders.models import Bag
from orders.models.discounts import code_key
from orders.pricing import Quote, approximate, quote

CODE_MAX = 40


def priced(
    request: HttpRequest, bag: Bag, destination: Destination | None, code: str, email: str = "", method: str = ""
) -> Quote:
    """The bag with this code; or, where it takes nothing off, without it and with the reason as `code_refusal`.

    In the currency that the visitor chose, or in naira with that currency as `about`.
    """
    email = email or (request.user.email if isinstance(request.user, User) else "")
    shown = prices_of(request)
    currency = shown.currency if shown.is_charged else settings.BASE_CURRENCY
    refusal = ""
    try:
        # One that the bag has already was known when it was put there.
        with guesses.counted(request, "" if code_key(code) == bag.code else code):
            found = quote(bag, destination, code, currency, email=email, method=method)
    except ShopError as error:
        if error.field != "code" and not isinstance(error, TooManyTries):
            raise
        found, refusal = quote(bag, destination, "", currency, email=email, method=method), error.message
    if shown.is_charged:
        return replace(found, code_refusal=refusal)
    by = found.delivery.method if found.delivery else ""  # another may be the cheapest in that currency
    about = approximate(bag, destination, found.code, shown.currency, email=email, method=by)
    return replace(found, code_refusal=refusal, about=about)


def written(text: str) -> str:
    """What somebody typed, as far as it can be a code."""
    return text.replace("\0", "").strip()[:CODE_MAX]

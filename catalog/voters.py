"""Who votes: a signed-in person, or a guest by a signed cookie, which tells only that two came from one network."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from catalog.reviews import GUEST, PLACE_LENGTH, account
from core.bodies import address_of

COOKIE = "voter"
SALT = "catalog.voters"
KEPT_SECONDS = 365 * 24 * 3600


def voter_of(request: HttpRequest) -> str:
    """The voter as votes and authors are kept; a guest who comes for the first time gets a new name."""
    return account(request.user.pk) or read(request.COOKIES.get(COOKIE, "")) or new_guest(address_of(request))


def new_guest(network_address: str) -> str:
    """Begins with where the guest comes from, hashed: whoever throws the cookie away has the same beginning again."""
    place = salted_hmac(SALT, network_address, algorithm="sha256").hexdigest()[:PLACE_LENGTH]
    return f"{GUEST}{place} {secrets.token_urlsafe(16)}"


def read(signed: str) -> str:
    """The guest in a signed name; empty for one that is not ours."""
    try:
        return str(signing.loads(signed, salt=SALT)) if signed else ""
    except signing.BadSignature:
        return ""


def sign(voter: str) -> str:
    return signing.dumps(voter, salt=SALT)


def remember(request: HttpRequest, response: HttpResponse, voter: str) -> None:
    """Knows a guest again. Somebody who is signed in needs no cookie for it."""
    if voter != account(request.user.pk) and read(request.COOKIES.get(COOKIE, "")) != voter:
        response.set_cookie(
            COOKIE,
            sign(voter),
            max_age=KEPT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

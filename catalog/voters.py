"""Who votes: a signed-in person, or a guest by a signed cookie that tells nothing else."""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from catalog.reviews import account

COOKIE = "voter"
SALT = "catalog.voters"
KEPT_SECONDS = 365 * 24 * 3600


def voter_of(request: HttpRequest) -> str:
    """The voter as votes and authors are kept; a guest who comes for the first time gets a new name."""
    return account(request.user.pk) or read(request.COOKIES.get(COOKIE, "")) or f"guest {secrets.token_urlsafe(16)}"


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

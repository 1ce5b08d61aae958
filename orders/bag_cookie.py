"""Which bag a browser carries: the bag's token, in a cookie that scripts cannot read."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from orders import bag as bags
from orders.models import Bag

COOKIE = "bag"
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
SIXTY_DAYS = 60 * 24 * 3600


def token_of(request: HttpRequest) -> str | None:
    """None also for what cannot be a token, so that nothing odd reaches the database."""
    token = request.COOKIES.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def current_bag(request: HttpRequest) -> Bag | None:
    """The open bag of this browser, if it has one."""
    return bags.find(token_of(request))


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=SIXTY_DAYS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )

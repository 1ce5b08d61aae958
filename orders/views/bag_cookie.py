"""Which bag a browser carries: the bag's token, in a cookie that scripts cannot read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "bag"
SIXTY_DAYS = 60 * 24 * 3600


def token_of(request: HttpRequest) -> str | None:
    return request.COOKIES.get(COOKIE) or None


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=SIXTY_DAYS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")

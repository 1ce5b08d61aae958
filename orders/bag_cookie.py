"""Which bag a browser carries: the bag's token, in a cookie that scripts cannot read; and beside it how many pieces
are in it, for the header of pages that are the same for everybody."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from orders import bag as bags
from orders.models import Bag

COOKIE = "bag"
COUNT_COOKIE = "bag_count"
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
SIXTY_DAYS = 60 * 24 * 3600


def token_of(request: HttpRequest) -> str | None:
    """None also for what cannot be a token, so that nothing odd reaches the database."""
    token = request.COOKIES.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def customer_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def current_bag(request: HttpRequest) -> Bag | None:
    """The open bag of whoever is signed in, or of this browser. Without its owner an account's bag is not shown."""
    if customer := customer_of(request):
        return bags.of_account(customer)
    found = bags.find(token_of(request))
    return found if found and found.user_id is None else None


def bag_to_fill(request: HttpRequest) -> Bag:
    """The same, made where there is none."""
    return current_bag(request) or bags.open_bag(None, customer_of(request))


def count_of(request: HttpRequest, token: str | None = None) -> int:
    """Pieces and bundles in the bag of this request; `token` where it was given one only now."""
    return bags.count(token or token_of(request), customer_of(request))


def remember(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        COOKIE, token, max_age=SIXTY_DAYS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def tells_count(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wraps a view that reads or changes the bag: the browser learns how many pieces are in it now. One query.

    The cookie holds a number and nothing else, for prechi/static/js/shop.js.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        tell_count(request, response)
        return response

    return wrapped


def tell_count(request: HttpRequest, response: HttpResponse) -> None:
    given = response.cookies.get(COOKIE)
    count = str(count_of(request, given.value if given else None))
    if count != request.COOKIES.get(COUNT_COOKIE, "0"):
        response.set_cookie(
            COUNT_COOKIE, count, max_age=SIXTY_DAYS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )

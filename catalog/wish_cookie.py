"""Whose wishlist a browser carries: a guest's token, in a cookie that scripts cannot read; and beside it short marks
of what is on the list, for the hearts on pages that are the same for everybody."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from catalog import wishlist
from catalog.models import Wishlist

COOKIE = "wishlist"
MARKS_COOKIE = "wishes"
# More would make every request heavier; what lies further back shows an empty heart, and pressing it does no harm.
MARKS_MAX = 40
ID_DIGITS = 18
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


def current(request: HttpRequest) -> Wishlist | None:
    """The list of this browser or account. A guest's list joins the account's on the first visit after signing in."""
    token = token_of(request)
    if not request.user.is_authenticated:
        return wishlist.find(token)
    if token:
        wishlist.join(token, request.user.pk)
    return wishlist.of_account(request.user.pk)


def opened(request: HttpRequest) -> Wishlist | None:
    """The same, made where an account has none; a guest's begins with the first wish."""
    found = current(request)
    return wishlist.open_list(user_id=request.user.pk) if found is None and request.user.is_authenticated else found


def token_of(request: HttpRequest) -> str | None:
    """None also for what cannot be a token, so that nothing odd reaches the database."""
    token = request.COOKIES.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def keeps_wishes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wraps a view that reads or changes the list: the browser keeps a guest's token, and learns what is on it now.

    A list that the view has made stands in `response.wishlist`.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        _tell(request, response, getattr(response, "wishlist", None) or current(request))
        return response

    return wrapped


def moved(request: HttpRequest, response: HttpResponse, wish_id: str) -> None:
    """What went into the bag leaves the list. Nothing happens for a wish that is not on it (any more)."""
    found = current(request)
    if found is not None and wish_id.isascii() and wish_id.isdigit() and len(wish_id) <= ID_DIGITS:
        wishlist.forget(found, int(wish_id))
        _tell(request, response, found)


def _tell(request: HttpRequest, response: HttpResponse, found: Wishlist | None) -> None:
    if found is not None and found.token:
        _set(response, COOKIE, found.token, httponly=True)
    elif COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    marks = ".".join(wishlist.marks(found, MARKS_MAX)) if found else ""
    if marks:
        _set(response, MARKS_COOKIE, marks)
    elif MARKS_COOKIE in request.COOKIES:
        response.delete_cookie(MARKS_COOKIE, samesite="Lax")


def _set(response: HttpResponse, name: str, value: str, *, httponly: bool = False) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(wishlist.KEPT.total_seconds()),
        httponly=httponly,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )

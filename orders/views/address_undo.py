"""An address that was just deleted, to put it back: kept for a while in the browser of who deleted it, nowhere else.

Not in the page's address, as the bag does it, for addresses of pages end up in logs.
"""

from dataclasses import asdict

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.addresses import Entry, entry_of
from accounts.models import Address

COOKIE = "address_undo"
SALT = "orders.views.address_undo"
SECONDS = 600


def offer(response: HttpResponse, gone: Address) -> None:
    """`gone` is what accounts.addresses.remove gave back."""
    kept = {"user": gone.user_id, "is_default": gone.is_default, "entry": asdict(entry_of(gone))}
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT, compress=True),
        max_age=SECONDS,
        path=reverse("orders:addresses"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def offered(request: HttpRequest) -> tuple[Entry, bool] | None:
    """What the person that is signed in may put back, and whether it was the usual one."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return (Entry(**kept["entry"]), kept["is_default"]) if kept["user"] == request.user.pk else None


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, path=reverse("orders:addresses"), samesite="Lax")

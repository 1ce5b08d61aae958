"""Which products a browser looked at last, for an empty bag. It keeps them itself (prechi/static/js/shop.js), since
their pages are the same for everybody, and tells them to the bag's page alone: the cookie's path is that page's."""

import re

from django.http import HttpRequest

COOKIE = "seen"
SHOWN_MAX = 4
SLUGS = re.compile(r"[\w-]{1,140}(\.[\w-]{1,140})*", re.ASCII)


def slugs(request: HttpRequest) -> list[str]:
    """The newest first; none of what cannot be slugs."""
    told = request.COOKIES.get(COOKIE, "")
    return list(dict.fromkeys(told.split(".")))[:SHOWN_MAX] if SLUGS.fullmatch(told) else []

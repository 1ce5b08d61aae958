"""Ahead of Django: public pages and answers of the API as ready bytes, the same for everybody.

What a view marked with core.public.keep is kept under its address and given again until something that it shows has
changed. For building it Django is asked without the visitor's cookies, so nothing of theirs can be in it; but for the
currency that they chose, which is part of the name that a page is kept under. All else, every other address, method,
host or scheme, and whoever has a message waiting, goes to Django untouched.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from catalog import hits
from catalog.chosen import CURRENCY_COOKIE, currency_in
from core.switches import cache_enabled
from prechi import answers
from prechi.answers import Answer, Header

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

QUERY_MAX, PARAMETERS_MAX = 512, 24
# Added by advertisers and mail programs; no page of the shop reads them.
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|ttclid|twclid|igshid|igsh|yclid|mc_[ce]id|_ga|_gl"
)
SLUG = r"[-a-zA-Z0-9_]{1,140}"
LISTED = frozenset({"category", "colour", "size", "gender", "min_price", "max_price", "in_stock", "new", "sort"})
NONE: frozenset[str] = frozenset()
# Kind for the metrics, address, the parameters that it reads, and whose rows show its price and stock.
PUBLIC = [
    ("home", r"/", NONE, ""),
    ("list", r"/shop/", LISTED | {"page", "after"}, ""),
    ("list", rf"/c/{SLUG}/", LISTED | {"page", "after"}, ""),
    ("suggestions", r"/search/suggestions/", frozenset({"q"}), ""),
    ("search", r"/search/", NONE, ""),
    ("product", rf"/products/({SLUG})/", frozenset({"colour", "size"}), "product"),
    ("reviews", rf"/products/({SLUG})/reviews/", frozenset({"stars", "size", "page"}), "product"),
    ("bundle", r"/bundles/", NONE, ""),
    ("bundle", rf"/bundles/({SLUG})/", NONE, "bundle"),
    ("help", r"/help/|/help/(?:delivery|questions|returns)/|/contact/|/privacy/|/terms/", NONE, ""),
    ("help", r"/help/sizes/", frozenset({"guide", "unit"}), ""),
    ("crawlers", r"/robots\.txt|/sitemap(?:-pages)?\.xml|/\.well-known/security\.txt", NONE, ""),
    ("api list", r"/api/v1/products/", LISTED | {"q", "cursor", "currency"}, ""),
    ("api product", rf"/api/v1/products/({SLUG})/", frozenset({"currency"}), "product"),
    ("api bundle", r"/api/v1/bundles/", frozenset({"currency"}), ""),
    ("api bundle", rf"/api/v1/bundles/({SLUG})/", frozenset({"currency"}), "bundle"),
]
# Pages differ by the currency that the visitor chose; these say it in their address, or show no price.
WITHOUT_COOKIE = frozenset({"crawlers", "api list", "api product", "api bundle"})
_PUBLIC = [(kind, re.compile(address, re.ASCII), known, check) for kind, address, known, check in PUBLIC]
# What Django is told of the visitor when it builds for everybody.
_TOLD = {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_USER_AGENT"}
REQUEST_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
NOT_MODIFIED, NOT_FOR_304 = "304 Not Modified", {"Content-Type", "Content-Length", "Content-Encoding"}


@dataclass(frozen=True, slots=True)
class Address:
    kind: str
    name: str  # under which its answer is kept
    query: str
    check: str
    currency: str = ""  # that was chosen; "" for naira


class ReadyBytes:
    """WSGI middleware around the whole of Django."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        address = _address_of(environ)
        if address is None or not cache_enabled():
            return self.application(environ, start_response)
        answer, result = answers.find(address.name)
        hits.count(address.kind, result)
        if answer is None:
            answer = answers.built(address.name, address.check, lambda: self._build(environ, address))
        return _send(answer, environ, start_response)

    def _build(self, environ: Environ, address: Address) -> tuple[Answer, bool]:
        """What Django answers to anybody. The second value: whether it may be kept."""
        asked = {name: value for name, value in environ.items() if not name.startswith("HTTP_") or name in _TOLD}
        asked |= {"REQUEST_METHOD": "GET", "QUERY_STRING": address.query}
        if address.currency:
            asked["HTTP_COOKIE"] = f"{CURRENCY_COOKIE}={address.currency}"
        # Addresses in the answer are for everybody, however the first asker spells the shop's name.
        asked["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        started: list[Any] = []
        response: Any = self.application(
            asked, lambda status, headers, exc_info=None: started.extend((status, headers))
        )
        try:
            body = b"".join(response)
        finally:
            response.close()
        status, given = started
        headers = [(name, value) for name, value in given if name not in ("X-Request-ID", "Content-Length")]
        names = dict(headers)
        keys = getattr(response, "public_keys", None)
        by_cookie = getattr(response, "is_personal", "cookie" in names.get("Vary", "").lower())
        personal = "Set-Cookie" in names or by_cookie
        answer = Answer(status, headers, {"": body}, names.get("ETag", ""), keys or ())
        return answer, keys is not None and status.startswith("200 ") and not personal


def _address_of(environ: Environ) -> Address | None:
    """None for what is not public, or not asked by just anybody."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
        return None
    if "HTTP_AUTHORIZATION" in environ or "messages=" in environ.get("HTTP_COOKIE", ""):
        return None
    secure_header, secure_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    forwarded = environ.get(secure_header) if secure_header else None
    scheme = environ["wsgi.url_scheme"]
    if forwarded is not None:
        scheme = "https" if forwarded.split(",", 1)[0].strip() == secure_value else "http"
    if settings.SECURE_SSL_REDIRECT and scheme != "https":
        return None
    host, query = environ.get("HTTP_HOST", ""), environ.get("QUERY_STRING", "")
    ports = ("", environ.get("SERVER_PORT", ""), _port_of(settings.SITE_URL))
    if len(query) > QUERY_MAX or len(host) > QUERY_MAX or not _is_ours(host, tuple(settings.ALLOWED_HOSTS), ports):
        return None
    currency = currency_in(environ.get("HTTP_COOKIE", ""))
    return _public(scheme, host, environ.get("PATH_INFO", ""), query, currency)


@lru_cache(maxsize=512)
def _is_ours(host: str, allowed: tuple[str, ...], ports: tuple[str, ...]) -> bool:
    """Any port would pass Django, and each would fill the cache with the whole shop once more."""
    domain, port = split_domain_port(host)
    return bool(domain) and port in ports and validate_host(domain, allowed)


@lru_cache(maxsize=4)
def _port_of(url: str) -> str:
    return str(urlsplit(url).port or "")


@lru_cache(maxsize=4096)
def _public(scheme: str, host: str, path: str, query: str, currency: str) -> Address | None:
    """One address for all ways to write it. A parameter that nobody knows makes it Django's, which keeps nothing."""
    row = next((row for row in _PUBLIC if row[1].fullmatch(path)), None)
    if row is None:
        return None
    kind, shape, known, check = row
    try:
        given = parse_qsl(query, keep_blank_values=True, max_num_fields=PARAMETERS_MAX, errors="strict")
    except ValueError:
        return None
    pairs = sorted((pair for pair in given if not TRACKING.fullmatch(pair[0])), key=lambda pair: pair[0])
    if any(name not in known or "\0" in value for name, value in pairs):
        return None
    normal = urlencode(pairs)
    currency = "" if kind in WITHOUT_COOKIE else currency
    whole = "\n".join((scheme, host.lower(), path, normal, currency)).encode()
    slug = shape.fullmatch(path)
    key = f"{check}/{slug[1]}" if check and slug else ""
    return Address(kind, f"answer:{hashlib.blake2b(whole, digest_size=20).hexdigest()}", normal, key, currency)


def _send(answer: Answer, environ: Environ, start_response: Start) -> list[bytes]:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = ("X-Request-ID", given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4()))
    if answer.etag and _has(answer.etag, environ.get("HTTP_IF_NONE_MATCH", "")):
        kept = [header for header in answer.headers if header[0] not in NOT_FOR_304]
        start_response(NOT_MODIFIED, [*kept, request_id])
        return []
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if len(answer.bodies) > 1 else ""
    headers = answer.ready.get(encoding)
    body = answer.bodies[encoding]
    if headers is None:
        headers = answer.ready[encoding] = _headers(answer, encoding, body)
    start_response(answer.status, [*headers, request_id])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _headers(answer: Answer, encoding: str, body: bytes) -> list[Header]:
    of_body = [("Content-Length", str(len(body)))]
    return [*answer.headers, *of_body, *([("Content-Encoding", encoding)] if encoding else [])]


def _has(etag: str, asked: str) -> bool:
    return bool(asked) and (asked.strip() == "*" or etag.removeprefix("W/") in asked)


@lru_cache(maxsize=256)
def _encoding(accepted: str) -> str:
    """The best of ours that the browser takes; plain where it does not say."""
    refused: set[str] = set()
    named: set[str] = set()
    for part in accepted[:200].lower().split(","):
        name, _, quality = part.partition(";")
        is_refused = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", quality)
        (refused if is_refused else named).add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in named - refused), "")

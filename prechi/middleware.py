"""What stands between the server and the views: probes, request ids, the content security policy."""

from collections.abc import Callable

import structlog
from csp.middleware import CSPMiddleware
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode

from accounts import second_factor
from accounts.models import User
from core.audit_rows import made_by
from orders.bag_cookie import tell_count
from prechi import operations

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PROBES = {"/healthz": operations.healthz, "/readyz": operations.readyz, "/metrics": operations.metrics}

# The back office's and the API page's vendored scripts need these; no page of the shop does.
RELAXED = {
    "/admin/": {
        "script-src": ["'self'", "'unsafe-eval'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
    },
    "/api/docs/": {
        "script-src": ["'self'", "'unsafe-inline'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "worker-src": ["'self'", "blob:"],
    },
}


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp, with the exceptions above by path."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for prefix, directives in RELAXED.items():
            if request.path.startswith(prefix):
                response._csp_replace = directives  # type: ignore[attr-defined]
        return super().process_response(request, response)


class Probes:
    """Answers the machines ahead of everything else.

    They come over plain HTTP and call a server by its address, which is none of ALLOWED_HOSTS. Nothing that these
    views say depends on either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


class KnownMethods:
    """Refuses what no page and no address of the API takes, before it is counted: each word of a stranger would be a
    row of the metrics for ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in METHODS:
            return self.get_response(request)
        return HttpResponseNotAllowed(METHODS, "The shop does not know this method.", content_type="text/plain")


class RequestId:
    """Answers with X-Request-ID, which each log line of the request bears. Stands right below django-structlog."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ChosenCurrency:
    """Public pages differ by the cookie of the chosen currency, and caches are told. Outside of everything that tells
    them the same for a reason of its own: then the page is somebody's, and prechi.ready must not keep it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(response, "shows_currency", False):
            response.is_personal = "cookie" in response.get("Vary", "").lower()  # type: ignore[attr-defined]
            patch_vary_headers(response, ["Cookie"])
        return response


class AnotherBag:
    """Whoever signs in or out has another bag from then on: the browser learns how many pieces are in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "has_another_bag", False):
            tell_count(request, response)
        return response


class SecondFactor:
    """No page of the back office opens to staff before their second step; those who have none are led to set it up."""

    OPEN = ("/admin/login/", "/admin/logout/")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and request.path not in self.OPEN and isinstance(request.user, User):
            if second_factor.is_due(request.user):
                return self._first("mfa_activate_totp", request)
            if second_factor.is_set_up(request.user) and not second_factor.was_given(request):
                return self._first("mfa_reauthenticate", request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """allauth reads recovery codes outside of any form, which no error could be told in."""
        if not isinstance(exception, ValidationError) or getattr(exception, "code", "") != second_factor.UNREADABLE:
            return None
        messages.error(request, " ".join(exception.messages))
        return redirect("mfa_index")

    def _first(self, name: str, request: HttpRequest) -> HttpResponseBase:
        back = request.get_full_path() if request.method == "GET" else "/admin/"
        response = redirect(name)
        response["Location"] += f"?{urlencode({'next': back})}"
        return response


class StaffAtWork:
    """What changes in the back office is told apart by who did it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        at_work = request.path.startswith("/admin/") and isinstance(request.user, User)
        with made_by(request.user.pk if at_work else None):
            return self.get_response(request)

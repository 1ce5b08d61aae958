"""What every answer carries: the id of its request, and its content security policy."""

from collections.abc import Callable

import structlog
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

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


class RequestId:
    """Answers with X-Request-ID, which each log line of the request bears. Stands right below django-structlog."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response

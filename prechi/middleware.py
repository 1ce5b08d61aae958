"""Where a page needs another content security policy than the shop's."""

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

# The back office's and the API page's vendored scripts need these; no page of the shop does.
RELAXED = {
    "/admin/": {"script-src": ["'self'", "'unsafe-eval'", "'unsafe-inline'"], "style-src": ["'self'", "'unsafe-inline'"]},
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

"""What machines ask the shop: is it alive, is it fit to serve, what has it counted."""

import hmac
import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from core import health
from mailing import standstill
from payments.metrics import ShopCollector


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a lost database never gets the web processes killed."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """503 only when nothing can be sold. Without Redis or workers the shop still sells: `degraded`, with 200."""
    parts = health.report(mail=standstill.problem)
    down = [part for part in parts if not part.ok]
    vital = any(part.vital for part in down)
    body = {
        "status": "down" if vital else "degraded" if down else "ok",
        "parts": {part.name: "ok" if part.ok else f"down: {part.problem}" for part in parts},
    }
    return JsonResponse(body, status=503 if vital else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus reads this with the bearer token of METRICS_TOKEN. Production without a token has no such page."""
    if not settings.METRICS_TOKEN:
        if settings.PRODUCTION:
            return HttpResponseNotFound()
    elif not _bears(request, settings.METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    shop = CollectorRegistry()
    shop.register(ShopCollector())
    return HttpResponse(generate_latest(_processes()) + generate_latest(shop), content_type=CONTENT_TYPE_LATEST)


def _bears(request: HttpRequest, token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


def _processes() -> CollectorRegistry:
    """The counters of this process, or of all on this host where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry

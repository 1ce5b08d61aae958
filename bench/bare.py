"""The yardstick: a Django project without middleware, apps or database that answers fixed bytes, or bytes out of Redis.

It runs on the same server as the shop, with the same workers and threads. Its environment names the files whose bytes
it answers: BENCH_JSON and BENCH_PAGE.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    CACHES={
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": os.environ["REDIS_URL"],
            "KEY_PREFIX": "bench-bare",
        }
    },
)

BODIES = {
    "json": (Path(os.environ["BENCH_JSON"]).read_bytes(), "application/json"),
    "page": (Path(os.environ["BENCH_PAGE"]).read_bytes(), "text/html; charset=utf-8"),
}


def fixed(request: HttpRequest, name: str) -> HttpResponse:
    body, kind = BODIES[name]
    return HttpResponse(body, content_type=kind)


def from_redis(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(cache.get(name), content_type=BODIES[name][1])


urlpatterns: list[URLPattern] = [path("fixed/<name>", fixed), path("redis/<name>", from_redis)]
application: WSGIHandler = get_wsgi_application()
cache.set_many({name: body for name, (body, _) in BODIES.items()}, timeout=None)

"""Every address of the shop."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve

from prechi import operations

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]

# In production the proxy hands out the pictures, or the object storage does.
if settings.MEDIA_BACKEND == "local" and not settings.PRODUCTION:
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))

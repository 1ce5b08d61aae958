"""Every address of the shop, but those that prechi.middleware.Probes answers."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.static import serve

from adminpanel.site import no_detour

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/r/<path:row>", no_detour),
    # Where tries are counted, and a mail tells of the change.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("prechi.api")),
    path("newsletter/", include("accounts.newsletter_urls")),
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("mailing.urls")),
]

# In production the proxy hands out the pictures, or the object storage does.
if settings.MEDIA_BACKEND == "local" and not settings.PRODUCTION:
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))

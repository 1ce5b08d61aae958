"""Files that programs ask for by a fixed name."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.cache import LISTS, navigation
from catalog.models import Bundle, Product
from catalog.views.ready import ready_page
from core.public import keep

SITEMAP_MAX = 50_000
PRIVATE = ("/admin/", "/accounts/", "/api/", "/bag/", "/checkout/", "/orders/", "/pay/", "/reviews/", "/search/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return keep(request, HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {
        "categories": navigation(),
        "products": Product.objects.on_sale().only("slug", "updated_at")[:SITEMAP_MAX],
        "bundles": Bundle.objects.filter(active=True),
    }
    return ready_page(request, "catalog/sitemap.xml", context, LISTS, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a weakness of the shop."""
    expires = (datetime.now(UTC) + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """For those who ask without having read a page."""
    return redirect(static("svg/touch-icon.png"))

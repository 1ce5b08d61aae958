"""Files that programs ask for by a fixed name."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import sitemaps
from catalog.cache import LISTS
from catalog.views.ready import ready_page
from core.public import keep

PAGES = (
    *("catalog:home", "catalog:shop", "catalog:bundles", "orders:help", "orders:delivery", "orders:returns"),
    *("orders:sizes", "orders:track", "orders:questions", "orders:contact", "orders:privacy", "orders:terms"),
)
LAST_SITEMAP = 10**9
PRIVATE = ("/admin/", "/accounts/", "/api/", "/bag/", "/checkout/", "/orders/", "/pay/", "/reviews/", "/search/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return keep(request, HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {"numbers": sitemaps.numbers()}
    return ready_page(request, "catalog/sitemap_index.xml", context, LISTS, content_type="application/xml")


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    fixed = [{"url": reverse(name)} for name in PAGES]
    context = {"pages": [*fixed, *sitemaps.others()]}
    return ready_page(request, "catalog/sitemap.xml", context, LISTS, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_products(request: HttpRequest, number: int) -> HttpResponse:
    """Large, and asked for by machines that come once a day: made each time, and not kept here."""
    pages = list(sitemaps.products(number)) if number <= LAST_SITEMAP else []
    if not pages:
        raise Http404("There is no such sitemap.")
    return render(request, "catalog/sitemap.xml", {"pages": pages}, content_type="application/xml")


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

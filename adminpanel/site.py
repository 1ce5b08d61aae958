"""The frame of the back office: sidebar, tabs, and which environment this is."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

ENVIRONMENTS = {"local": ["Local", "info"], "test": ["Test", "warning"], "production": ["Production", "danger"]}
# Section, then title, icon and app_model of every list in it.
SECTIONS: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "Sales",
        [
            ("Orders", "receipt_long", "orders.order"),
            ("Payments", "payments", "payments.payment"),
            ("Refunds", "undo", "payments.refund"),
            ("Disputes", "gavel", "payments.dispute"),
            ("Paid otherwise", "account_balance", "payments.receipt"),
            ("Differences", "difference", "payments.difference"),
            ("Parcels", "package", "orders.shipment"),
            ("Returns", "assignment_return", "orders.return"),
            ("Bags", "shopping_bag", "orders.bag"),
            ("Discounts", "percent", "orders.discount"),
            ("Uses of discounts", "confirmation_number", "orders.redemption"),
        ],
    ),
    (
        "Catalogue",
        [
            ("Products", "apparel", "catalog.product"),
            ("Variants", "palette", "catalog.variant"),
            ("Stock", "inventory_2", "catalog.variantsize"),
            ("Wishlists", "favorite", "catalog.wishlist"),
            ("Back-in-stock alerts", "notifications", "catalog.stockalert"),
            ("Import and export", "table_view", "catalog.sheetimport"),
            ("Stock movements", "swap_vert", "catalog.stockmovement"),
            ("Images", "image", "catalog.image"),
            ("Videos", "movie", "catalog.video"),
            ("Uploads", "upload", "catalog.uploadbatch"),
            ("Sales", "sell", "catalog.sale"),
            ("Exchange rates", "currency_exchange", "catalog.exchangerate"),
            ("Record of prices", "show_chart", "catalog.pricerecord"),
            ("Bundles", "package_2", "catalog.bundle"),
            ("Reviews", "reviews", "catalog.review"),
            ("Review invitations", "mark_email_read", "catalog.reviewinvitation"),
            ("Helpful votes", "thumb_up", "catalog.reviewvote"),
            ("Categories", "category", "catalog.category"),
            ("Colours", "format_paint", "catalog.colour"),
            ("Sizes", "straighten", "catalog.size"),
            ("Size guides", "square_foot", "catalog.sizeguide"),
            ("Search words", "manage_search", "catalog.synonyms"),
        ],
    ),
    (
        "Delivery",
        [
            ("Zones", "local_shipping", "orders.zone"),
            ("Areas", "map", "orders.zonearea"),
            ("Prices for orders", "sell", "orders.deliveryquote"),
        ],
    ),
    (
        "People",
        [
            ("Customers and staff", "group", "accounts.user"),
            ("Roles", "badge", "auth.group"),
            ("Address books", "contacts", "accounts.address"),
            ("Consent to news", "mark_email_read", "accounts.consentchange"),
            ("E-mail addresses", "alternate_email", "account.emailaddress"),
            ("API tokens", "vpn_key", "knox.authtoken"),
            ("Second steps", "phonelink_lock", "mfa.authenticator"),
            ("Failed sign-ins", "gpp_maybe", "accounts.failedsignin"),
        ],
    ),
    (
        "Newsletter",
        [
            ("Newsletters", "campaign", "mailing.campaign"),
            ("Its mails", "outgoing_mail", "mailing.campaignrecipient"),
            ("Who gets it", "contact_mail", "mailing.subscriber"),
            ("Addresses that refuse", "unsubscribe", "mailing.suppression"),
        ],
    ),
    (
        "Machinery",
        [
            ("Mails", "mail", "mailing.outgoingmail"),
            ("Webhooks", "webhook", "payments.providerevent"),
            ("Jobs", "manufacturing", "django_celery_results.taskresult"),
            ("Uploaded files", "draft", "catalog.upload"),
            ("Loose files", "delete_sweep", "catalog.loosefile"),
            ("Switches", "toggle_on", "core.switch"),
            ("Request keys", "key", "core.idempotencykey"),
            ("Before and after", "difference", "core.auditrow"),
            ("Staff log", "history", "admin.logentry"),
        ],
    ),
]


def environment_badge(request: HttpRequest) -> list[str]:
    return ENVIRONMENTS[settings.PRECHI_ENV]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar. Lists that the signed-in person may not open are left out."""
    home = {"title": "Dashboard", "icon": "dashboard", "link": reverse("admin:index")}
    sections = [{"title": title, "items": _items(request, rows)} for title, rows in SECTIONS]
    return [{"items": [home]}, *(section for section in sections if section["items"])]


def _items(request: HttpRequest, rows: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    items = []
    for title, icon, name in rows:
        app, model = name.split(".")
        if admin.site.get_model_admin(apps.get_model(app, model)).has_view_permission(request):
            items.append({"title": title, "icon": icon, "link": reverse(f"admin:{app}_{model}_changelist")})
    return items


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs above the lists that staff work from."""
    return [
        _tabs(
            request,
            "orders.order",
            "view",
            [
                ("All", ""),
                ("To pack", "to_pack"),
                ("Delivery to price", "to_price"),
                ("Unpaid", "unpaid"),
                ("Shipped", "shipped"),
                ("Stuck", "stuck"),
                ("Problems", "problems"),
            ],
        ),
        _tabs(
            request,
            "orders.return",
            "view",
            [
                ("All", ""),
                ("To decide", "to_decide"),
                ("On their way", "coming"),
                ("To refund", "to_refund"),
                ("To send", "to_send"),
            ],
        ),
        _tabs(request, "payments.payment", "review", [("All", ""), ("In review", "open"), ("Reviewed", "closed")]),
        _tabs(
            request,
            "payments.refund",
            "view",
            [("All", ""), ("Waiting for you", "waiting"), ("On their way", "under_way")],
        ),
        _tabs(request, "payments.dispute", "view", [("All", ""), ("To answer", "to_answer"), ("Lost", "lost")]),
        _tabs(request, "payments.difference", "view", [("All", ""), ("To deal with", "open")]),
        _tabs(
            request,
            "catalog.variantsize",
            "stock",
            [("All", ""), ("Low", "low"), ("Sold out", "out"), ("Waited for", "wanted")],
        ),
        _tabs(
            request,
            "catalog.review",
            "state__exact",
            [("All", ""), ("To read", "pending"), ("Approved", "approved"), ("Rejected", "rejected")],
        ),
        _tabs(
            request,
            "catalog.image",
            "state__in",
            [("All", ""), ("Waiting", "queued,processing"), ("Given up", "failed,dead")],
        ),
        _tabs(request, "mailing.outgoingmail", "view", [("All", ""), ("Given up", "given_up"), ("Waiting", "waiting")]),
    ]


def _tabs(request: HttpRequest, model: str, parameter: str, choices: list[tuple[str, str]]) -> dict[str, Any]:
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")
    chosen = request.GET.get(parameter, "")
    items = [
        {"title": title, "link": f"{address}?{parameter}={value}" if value else address, "active": value == chosen}
        for title, value in choices
    ]
    return {"models": [model], "items": items}


def no_detour(request: HttpRequest, row: str) -> HttpResponse:
    """Stands before Django's way from any row to its page, which asks for no right, and an order's page is its key."""
    raise Http404

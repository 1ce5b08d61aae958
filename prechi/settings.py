"""The one settings file. What differs between machines comes from the environment (see .env.example)."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.templatetags.static import static

from core.logs import mask_secrets
from prechi.env import (
    DEMO_PAYSTACK_KEYS,
    buckets,
    debug,
    env,
    environment_name,
    needed,
    one_of,
    paystack_key_before,
    provider_url,
    secret,
    secret_key,
    secret_keys_before,
    some_of,
    webhook_secret,
)
from prechi.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
environ_file = BASE_DIR / ".env"
if environ_file.exists():
    env.read_env(str(environ_file))

PRECHI_ENV = environment_name()
PRODUCTION = PRECHI_ENV == "production"
LOCAL_DIR = Path(env.str("PRECHI_LOCAL_DIR", str(BASE_DIR / ".local")))

# --- Web -------------------------------------------------------------------------------------------------------------

SECRET_KEY = secret_key("SECRET_KEY", production=PRODUCTION)
# What was signed or enciphered with the key before this one can still be read.
SECRET_KEY_FALLBACKS = secret_keys_before("PREVIOUS_SECRET_KEY", production=PRODUCTION)
DEBUG = debug(production=PRODUCTION)
SITE_URL = env.str("SITE_URL", f"http://localhost:{env.int('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "prechi.urls"
WSGI_APPLICATION = "prechi.wsgi.application"
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_structlog",
    "django_celery_results",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_countries",
    "phonenumber_field",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "core",
    "mailing",
    "accounts",
    "catalog",
    "orders",
    "payments",
    "adminpanel",
]
if not PRODUCTION:
    INSTALLED_APPS.append("devtools")

MIDDLEWARE = [
    "prechi.middleware.Probes",
    "prechi.middleware.KnownMethods",
    "prechi.middleware.ChosenCurrency",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "prechi.middleware.RequestId",
    "prechi.middleware.ContentSecurityPolicy",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "prechi.middleware.SecondFactor",
    "prechi.middleware.StaffAtWork",
    "prechi.middleware.AnotherBag",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "prechi.context.shop",
            ],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres://prechi@localhost:5432/prechi")}
DATABASES["default"] |= {
    "ENGINE": "core.postgres",
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3
# Behind pgbouncer these are set on the database itself (deploy/postgres), for it takes no start-up options.
if not env.bool("DATABASE_BEHIND_POOLER", False):
    DATABASES["default"]["OPTIONS"]["options"] = (
        "-c lock_timeout=3s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
        " -c plan_cache_mode=force_generic_plan"
    )
    # Plans are kept by the connection (core.prepared), which has to be the same one from then on: one for all values.
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5
else:
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("CACHE_PREFIX", "prechi"),
        "OPTIONS": {
            # Redis may vanish at any moment and only speed is lost.
            "IGNORE_EXCEPTIONS": True,
            "CONNECTION_FACTORY": "core.breaker.GuardedFactory",
        },
    }
}
CACHE_ENABLED = env.bool("CACHE_ENABLED", True)
CACHE_SECONDS = env.int("CACHE_SECONDS", 3600)
# What each web process may hold of public answers (prechi.ready); Redis holds the rest.
READY_MEMORY_BYTES = env.int("READY_MEMORY_MB", 32) * 1024 * 1024

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(LOCAL_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "prechi" / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(LOCAL_DIR / "media")))
ORIGINALS_ROOT = Path(env.str("ORIGINALS_ROOT", str(LOCAL_DIR / "originals")))
MEDIA_STORAGES = {
    "local": "catalog.image_storage.FolderStorage",
    "s3": "catalog.bucket_storage.BucketStorage",
    "cloudinary": "catalog.image_storage.CloudinaryStorage",
}
MEDIA_BACKEND = one_of("MEDIA_BACKEND", [*MEDIA_STORAGES], "local")
# Originals are never public: a private bucket, or a folder that no URL reaches.
ORIGINALS_BACKEND = one_of("ORIGINALS_BACKEND", ["local", "s3"], "s3" if MEDIA_BACKEND == "s3" else "local")
AWS_STORAGE_BUCKET_NAME, ORIGINALS_BUCKET_NAME = buckets(
    public=MEDIA_BACKEND == "s3", private=ORIGINALS_BACKEND == "s3"
)
AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", "") or None
AWS_S3_REGION_NAME = env.str("AWS_DEFAULT_REGION", "") or None
# Where browsers find the public bucket: addresses are built without a call and without a signature.
AWS_S3_CUSTOM_DOMAIN = env.str("AWS_S3_CUSTOM_DOMAIN", "") or f"{AWS_STORAGE_BUCKET_NAME}.s3.amazonaws.com"
AWS_QUERYSTRING_AUTH = False
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": MEDIA_STORAGES[MEDIA_BACKEND]},
    "originals": {
        "BACKEND": MEDIA_STORAGES[ORIGINALS_BACKEND],
        "OPTIONS": {"bucket_name": ORIGINALS_BUCKET_NAME, "custom_domain": None, "querystring_auth": True}
        if ORIGINALS_BACKEND == "s3"
        else {"location": ORIGINALS_ROOT},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Background work -------------------------------------------------------------------------------------------------

# While no broker can be reached: work is done in the process that caused it, instead of waiting for the sweepers.
QUEUE_SYNC = env.bool("QUEUE_SYNC", False)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL)
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
CELERY_TASK_IGNORE_RESULT = False
CELERY_RESULT_EXPIRES = 7 * 24 * 3600
CELERY_TASK_DEFAULT_QUEUE = "orders"
CELERY_TASK_ROUTES = {
    "catalog.tasks.*": {"queue": "media"},
    "catalog.tasks.send_alerts": {"queue": "orders"},
    "accounts.tasks.send_newsletters": {"queue": "bulk"},
    "mailing.tasks.*": {"queue": "mail"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TRACK_STARTED = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # Redis silently drops a half-open connection; without keepalive a worker would wait on it for ever.
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_TIMEZONE = "Africa/Lagos"
CELERY_BEAT_SCHEDULE = SCHEDULE
DJANGO_CELERY_RESULTS_TASK_ID_MAX_LENGTH = 191

# --- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique by a constraint on their lower case, which that check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Only so can signing up answer the same for an address that has an account as for one that has none.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# One address: another takes its place when it has been proved, and the old one is told.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Only in the browser that signed up.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignIn",
    "signup": "accounts.forms.SignUp",
    "add_email": "accounts.forms.ChangeEmail",
    "reset_password": "accounts.forms.ForgotPassword",
    "reset_password_from_key": "accounts.forms.NewPassword",
    "change_password": "accounts.forms.ChangePassword",
    "set_password": "accounts.forms.SetPassword",
    "reauthenticate": "accounts.forms.SameAgain",
}

# Who may open the back office shows a second thing that only they have. Off, it is asked of those who have set it up.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", PRODUCTION)
MFA_ADAPTER = "accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Prechi"
# Staff are made by the owner, who has no mailbox to prove for them.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- Providers -------------------------------------------------------------------------------------------------------

PAYSTACK_BASE_URL = provider_url("PAYSTACK_BASE_URL", "https://api.paystack.co", production=PRODUCTION)
PAYSTACK_CHECKOUT_ORIGIN = (
    "https://checkout.paystack.com"
    if PRODUCTION
    else env.str("SANDBOX_PUBLIC_URL", f"http://localhost:{env.int('SANDBOX_PORT', 8001)}")
)
PAYSTACK_SECRET_KEY = secret(
    "PAYSTACK_SECRET_KEY", "sk_test_prechi_demo", production=PRODUCTION, refuse=DEMO_PAYSTACK_KEYS
)
# Deliveries in flight while the key is rotated are signed with the old one.
PAYSTACK_PREVIOUS_SECRET_KEY = paystack_key_before(
    "PAYSTACK_PREVIOUS_SECRET_KEY", PAYSTACK_SECRET_KEY, production=PRODUCTION
)
PAYSTACK_TIMEOUT_SECONDS = env.float("PAYSTACK_TIMEOUT_SECONDS", 8.0)

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "mailing.resend_backend.ResendBackend")
RESEND_API_URL = provider_url("RESEND_API_URL", "https://api.resend.com", production=PRODUCTION)
RESEND_API_KEY = secret("RESEND_API_KEY", "re_test_prechi_demo", production=PRODUCTION, refuse=("re_test_",))
RESEND_WEBHOOK_SECRET = webhook_secret("RESEND_WEBHOOK_SECRET", production=PRODUCTION)
# Resend takes ten a second of a team, and the mails of orders must find room.
NEWSLETTER_MAILS_PER_SECOND = env.float("NEWSLETTER_MAILS_PER_SECOND", 2.0)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Prechi Clothing <hello@prechi.test>")

CLOUDINARY_URL = env.str("CLOUDINARY_URL", "")

# --- The shop --------------------------------------------------------------------------------------------------------

SHOP_NAME = "Prechi Clothing"
BASE_CURRENCY = "NGN"
# In which customers may see prices; what is charged is naira, and those that the Paystack account has switched on.
CURRENCIES = ["NGN", "USD"]
# A fixed dollar price that is so far away from the rate is shown to staff.
USD_DRIFT_PERCENT = env.int("USD_DRIFT_PERCENT", 10)
# Where a command fetches rates: an address that answers {"rates": {"NGN": 1530.5}} for one dollar. A jump is refused.
RATES_URL = env.str("RATES_URL", "")
RATE_JUMP_PERCENT = env.int("RATE_JUMP_PERCENT", 20)
# In the form of header and footer, the first one as if it were chosen; its page has all the others.
COUNTRIES_OFFERED = ["NG", "GH", "GB", "US", "CA", "IE", "DE", "FR", "NL", "IT", "ZA", "KE", "AE", "AU"]
PAYSTACK_CURRENCIES = env.list("PAYSTACK_CURRENCIES", default=["NGN"])
BAG_LINE_MAX = 20
BAG_LINES_MAX = 50
# A Paystack transfer account lives 30 minutes: a hold below 35 would sell the stock while the customer's money travels.
# So much of it is left at least when a page to pay opens; Paystack closes it before (manage.py paystack_session).
HOLD_MINUTES_LEFT = 35
HOLD_MINUTES = max(HOLD_MINUTES_LEFT, env.int("HOLD_MINUTES", 40))
# WCAG 2.2.1: whoever needs more time gets it ten times at least.
HOLD_EXTENSIONS_MAX = 10
# Money that comes when the hold is over and the pieces are gone: another size is offered so long, or it goes back.
LATE_MONEY = one_of("LATE_MONEY", ["reserve_or_offer", "reserve_or_refund"], "reserve_or_offer")
LATE_OFFER_HOURS = max(1, env.int("LATE_OFFER_HOURS", 48))
# A courier's price that is not paid so long ends: its link says so, and staff ask again. 0: it holds until another one.
DELIVERY_QUOTE_DAYS = max(0, env.int("DELIVERY_QUOTE_DAYS", 0))
# Ways to pay beside Paystack, confirmed by staff: bank (a transfer to the account below), cash, and on_delivery (at the
# door, in zones that take part).
OFFLINE_METHODS = some_of("OFFLINE_METHODS", ["bank", "cash", "on_delivery"])
BANK_ACCOUNT = env.str("BANK_ACCOUNT", "")
# The most that a rider takes at a door.
PAY_ON_DELIVERY_MAX_NAIRA = env.int("PAY_ON_DELIVERY_MAX_NAIRA", 100_000)
# So many of one person may be on their way to a door at once, still to be paid there.
PAY_ON_DELIVERY_ORDERS_MAX = max(1, env.int("PAY_ON_DELIVERY_ORDERS_MAX", 2))
# An order that staff made for somebody: the link is paid later than by one who is on the page.
STAFF_ORDER_HOLD_HOURS = max(1, env.int("STAFF_ORDER_HOLD_HOURS", 24))
# An order that waits longer for its next step, or comes so much later than promised, stands on the board of stuck ones.
STUCK_AFTER_DAYS = max(1, env.int("STUCK_AFTER_DAYS", 3))
# After so long an account's bag that nothing happened to is recalled by one mail, with consent to marketing only.
ABANDONED_BAG_HOURS = max(1, env.int("ABANDONED_BAG_HOURS", 24))
# Of one person at once: stock that is held unpaid is kept from others.
UNPAID_ORDERS_MAX = env.int("UNPAID_ORDERS_MAX", 5)
# Of all guests of one network address: a provider's customers share one, and a script has one.
UNPAID_ORDERS_OF_NETWORK_MAX = max(1, env.int("UNPAID_ORDERS_OF_NETWORK_MAX", 30))
# Paystack takes nothing below, in the subunit: an order of less could never be paid.
PAYSTACK_MINIMUMS = {"NGN": 5_000, "USD": 200}
CONTACT_EMAIL = needed("CONTACT_EMAIL", "hello@prechi.test", production=PRODUCTION)
# Who is told of orders, money and machinery that wait for somebody.
STAFF_EMAILS = env.list("STAFF_EMAILS", default=[] if PRODUCTION else ["owner@prechi.test"])
CONTACT_WHATSAPP = env.str("CONTACT_WHATSAPP", "")
# So long after its delivery a piece may come back. Categories that are final sale are marked by staff.
RETURN_DAYS = max(7, env.int("RETURN_DAYS", 14))
# As invoices name the seller: lines of the address, registration (RC) and tax number. Returns are sent there.
_ADDRESS = needed("SELLER_ADDRESS", "12 Admiralty Way,Lekki Phase 1,Lagos", production=PRODUCTION)
SELLER_ADDRESS = [line.strip() for line in _ADDRESS.split(",") if line.strip()]
SELLER_REGISTRATION = env.str("SELLER_REGISTRATION", "")
SELLER_TAX_NUMBER = env.str("SELLER_TAX_NUMBER", "")
PHONENUMBER_DEFAULT_REGION = "NG"

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Africa/Lagos"
FORMAT_MODULE_PATH = "prechi.formats"
USE_I18N = True
USE_TZ = True

# --- Security --------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
BEHIND_PROXY = env.bool("BEHIND_PROXY", PRODUCTION)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
_media_origin = [f"https://{AWS_S3_CUSTOM_DOMAIN}"] if MEDIA_BACKEND == "s3" else []
if MEDIA_BACKEND == "cloudinary":
    _media_origin = [env.str("CLOUDINARY_DELIVERY_ORIGIN", "https://res.cloudinary.com")]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_media_origin],
        "media-src": [SELF, *_media_origin],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        # Browsers hold the redirects of a posted form to this too, and checkout ends on Paystack's page.
        "form-action": [SELF, "{0.scheme}://{0.netloc}".format(urlsplit(PAYSTACK_CHECKOUT_ORIGIN))],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
# /metrics answers only to this bearer token where one is set, and production sets one.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# --- API -------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["drf_orjson_renderer.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["drf_orjson_renderer.parsers.ORJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "prechi.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": timedelta(hours=24),
    "TOKEN_LIMIT_PER_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Prechi shop API",
    "DESCRIPTION": "Everything a customer can do on the pages. Amounts are integers of the currency's subunit.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {"ReturnKind": "orders.models.Return.Kind", "ReturnReason": "orders.models.Return.Reason"},
}

# --- Back office -----------------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Prechi back office",
    "SITE_HEADER": "Prechi",
    "SITE_URL": "/",
    "ENVIRONMENT": "adminpanel.site.environment_badge",
    "DASHBOARD_CALLBACK": "adminpanel.dashboard.context",
    "LOGIN": {"form": "adminpanel.sign_in.StaffSignIn"},
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("svg/favicon.svg")}],
    "STYLES": [lambda request: static("css/admin.css")],
    "SHOW_HISTORY": True,
    "SIDEBAR": {"show_search": True, "navigation": "adminpanel.site.navigation"},
    "TABS": "adminpanel.site.tabs",
    # The clay of the shop for what is active.
    "COLORS": {
        "primary": {
            "50": "#FBF9F4",
            "100": "#F5F0E6",
            "200": "#EADFCB",
            "300": "#D9C3A5",
            "400": "#C08A6E",
            "500": "#D07A55",
            "600": "#9A3B1F",
            "700": "#84321A",
            "800": "#6B2915",
            "900": "#4F1F10",
            "950": "#2D1109",
        },
    },
}

# --- Logs ------------------------------------------------------------------------------------------------------------

_LOG_STEPS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_secrets,
                structlog.processors.JSONRenderer()
                if PRODUCTION
                else structlog.dev.ConsoleRenderer(
                    colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
                ),
            ],
            "foreign_pre_chain": _LOG_STEPS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # django-structlog tells the same errors, with the id of their request.
        "django.request": {"level": "CRITICAL"},
        "fontTools": {"level": "WARNING"},  # twenty lines for each PDF
        "django_structlog.middlewares.request": {"level": "INFO" if PRODUCTION else "WARNING"},
        "django_structlog.celery.receivers": {"level": "INFO" if PRODUCTION else "WARNING"},
    },
}
structlog.configure(
    processors=[*_LOG_STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# A refusal is an answer: nobody has to be warned of who came too late for the last piece.
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
# Asking who is signed in would read the session for each cached page; the proxy's log keeps the addresses.
DJANGO_STRUCTLOG_USER_ID_FIELD = None
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

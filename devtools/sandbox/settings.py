"""Django settings of the sandbox alone; the shop's settings are never loaded in this process."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from devtools.sandbox import keys

PORT = int(os.environ.get("SANDBOX_PORT") or 8001)
PUBLIC_URL = (os.environ.get("SANDBOX_PUBLIC_URL") or f"http://localhost:{PORT}").rstrip("/")
SHOP_URL = (os.environ.get("SHOP_URL") or "http://127.0.0.1:8000").rstrip("/")
LOCAL_DIR = Path(os.environ.get("PRECHI_LOCAL_DIR") or ".local")
STATE = Path(os.environ.get("SANDBOX_STATE") or LOCAL_DIR / "sandbox.sqlite3").absolute()
FILES = STATE.with_name(f"{STATE.name}-files")
KEYS = keys.from_environment()

# Paystack waits minutes and hours between tries; a developer waits seconds.
WEBHOOK_RETRY_SECONDS = [
    float(pause) for pause in re.findall(r"[\d.]+", os.environ.get("SANDBOX_WEBHOOK_RETRIES") or "2,5,15,60,300")
]
WEBHOOK_TIMEOUT = float(os.environ.get("SANDBOX_WEBHOOK_TIMEOUT") or 30)

DEBUG = False
SECRET_KEY = "the-sandbox-signs-nothing-of-its-own"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or "localhost"]
INSTALLED_APPS = ["devtools.sandbox.apps.SandboxConfig"]
ROOT_URLCONF = "devtools.sandbox.urls"
MIDDLEWARE = ["devtools.sandbox.wire.Wire", "django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
# An upload may be 100 MB, and every body is kept for the tests to look at.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
FILE_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024 * 1024

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": STATE,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["devtools.sandbox.pages.surroundings"]},
    }
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "sandbox": {"handlers": ["terminal"], "level": os.environ.get("SANDBOX_LOG_LEVEL") or "INFO"},
        "django": {"handlers": ["terminal"], "level": "ERROR", "propagate": False},
    },
}

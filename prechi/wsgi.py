import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

django = get_wsgi_application()

from core.queue import nudge_apart  # noqa: E402  need the apps, which the line above loads
from prechi.ready import ReadyBytes  # noqa: E402

application = ReadyBytes(django)
nudge_apart()

# What is loaded now stays for the life of the process. Frozen, it is never looked through again by a garbage collection
# in the middle of somebody's page.
get_resolver().url_patterns  # noqa: B018  loads every view
gc.collect()
gc.freeze()

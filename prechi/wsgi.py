import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

django = get_wsgi_application()

from prechi.ready import ReadyBytes  # noqa: E402  needs the apps, which the line above loads

application = ReadyBytes(django)

# What is loaded now stays for the life of the process. Frozen, it is never looked through again by a garbage collection
# in the middle of somebody's page.
get_resolver().url_patterns  # noqa: B018  loads every view
gc.collect()
gc.freeze()

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")

from django.core.wsgi import get_wsgi_application

django = get_wsgi_application()

from prechi.ready import ReadyBytes  # noqa: E402  needs the apps, which the line above loads

application = ReadyBytes(django)

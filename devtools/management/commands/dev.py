"""`manage.py dev` is `make run` without its set-up."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from devtools import dev


class Command(BaseCommand):
    help = "Run the whole shop on this machine: servers, sandbox, web, workers and timetable, until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(dev.main())

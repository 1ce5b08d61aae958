"""manage.py load_demo: an empty shop becomes the demo shop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from devtools.demo import loading
from devtools.problem import Problem


class Command(BaseCommand):
    help = "Fills the shop with the demo catalogue, zones and logins. Harmless twice; refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="a few products, for tests")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loading.load(self.stdout.write, small=options["small"])
        except Problem as problem:
            raise CommandError(str(problem)) from problem

"""manage.py mail_pictures: every mail of the shop, to be looked at."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from devtools.mails import pictures
from devtools.problem import Problem


class Command(BaseCommand):
    help = "Writes every kind of mail as HTML, text and pictures, made of plausible facts. Sends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("only", nargs="?", default="", help="a part of the names wanted")
        parser.add_argument("--folder", type=Path, default=Path(".local/mails"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = pictures.draw(options["folder"], options["only"], self.stdout.write)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{count} mails in {options['folder']}")

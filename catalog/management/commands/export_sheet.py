"""manage.py export_sheet: products, prices or stock, as staff get them in the back office."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.sheets import exports
from catalog.sheets.imports import kind_of
from catalog.sheets.kinds import KINDS
from core.errors import ShopError


class Command(BaseCommand):
    help = "Writes products, prices or stock to a CSV or XLSX file. Read back unchanged, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("--format", choices=list(exports.FORMATS), default="csv")
        parser.add_argument("--to", type=Path, required=True, metavar="FILE")
        parser.add_argument("--category", default="", help="slug of the one category that is wanted")

    def handle(self, *args: Any, kind: str, format: str, to: Path, category: str, **options: Any) -> None:
        try:
            exports.write(kind_of(kind), format, to, category)
        except (ShopError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Written: {to}")

"""manage.py import_sheet: what a sheet would change, and with --apply, the change."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.sheets import imports
from catalog.sheets.kinds import KINDS
from catalog.sheets.plans import Plan
from core.errors import ShopError


class Command(BaseCommand):
    help = "Prints what a CSV or XLSX file would change. Exits with 1, and changes nothing, where a row is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=list(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="apply it, whole or not at all")
        parser.add_argument("--by", default="", metavar="EMAIL", help="whose name stands in the staff log")

    def handle(self, *args: Any, kind: str, file: Path, apply: bool, by: str, **options: Any) -> None:
        try:
            by_id = imports.staff_id(by) if by else None
            content = file.read_bytes()
            plan = imports.look(kind, content, file.name)
            self._print(plan)
            if plan.errors:
                raise CommandError(f"{len(plan.errors)} cells are wrong. Nothing was changed.")
            if apply:
                sheet = imports.receive(kind, content, file.name, by_id)
                imports.apply_sheet(sheet.pk, plan.fingerprint, by_id)
        except (ShopError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("It is applied." if apply else "Nothing was changed yet: --apply does it.")

    def _print(self, plan: Plan) -> None:
        for error in plan.errors:
            self.stderr.write(str(error))
        if plan.errors.more:
            self.stderr.write(f"and {plan.errors.more} more")
        if not plan.errors:
            for change in plan.changes:
                self.stdout.write(f"line {change.line}: {change}")
            for warning in plan.warnings:
                self.stdout.write(f"Look twice at {warning}")
            if plan.more_warnings:
                self.stdout.write(f"and at {plan.more_warnings} more")
            self.stdout.write(f"It would change: {plan.summary or 'nothing'}.")

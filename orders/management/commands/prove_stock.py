"""Races buyers for a few pieces and prints whether the shop sold one too many."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import ShopError
from orders.proof import Verdict, prove


class Command(BaseCommand):
    help = (
        "Proves on this database that stock cannot be oversold: many buyers order the same few pieces at once, on "
        "throw-away tables; then once more without locks and guards, where it must go wrong. Exits with 1 when either "
        "is not so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--buyers", type=int, default=200)
        parser.add_argument("--pieces", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            guarded = prove(options["buyers"], options["pieces"])
            control = prove(options["buyers"], options["pieces"], guarded=False)
        except ShopError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{'':<24}{'buyers':>8}{'pieces':>8}{'sold':>8}{'refused':>9}{'failed':>8}")
        self._row("as the shop does it", guarded)
        self._row("without its guards", control)
        for failure in sorted({*guarded.failed})[:5]:
            self.stdout.write(failure)
        if not guarded.holds:
            raise CommandError("The shop did not sell exactly what it had.")
        if not control.is_oversold:
            raise CommandError("Without its guards it did not oversell: the rush was too gentle. Try more buyers.")
        self.stdout.write("Proved: exactly the pieces were sold, and without the guards it would have been more.")

    def _row(self, title: str, verdict: Verdict) -> None:
        self.stdout.write(
            f"{title:<24}{verdict.buyers:>8}{verdict.pieces:>8}{verdict.sold:>8}{verdict.refused:>9}{len(verdict.failed):>8}"
        )

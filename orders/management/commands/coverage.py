"""Lists where zones leave gaps, cover each other or decide nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.coverage import coverage


class Command(BaseCommand):
    help = (
        "Lists the states and areas of Nigeria that no delivery zone covers, zones and areas that decide nothing, and "
        "areas within others. Exits with 1 when a place is left out or a mapping matches no address."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = coverage()
        self._list("In no zone:", found.gaps)
        self._list("Decides nothing:", found.mistakes)
        self._list("One within another, where the narrower decides:", found.overlaps)
        if found.gaps or found.mistakes:
            raise CommandError("Orders to places in no zone wait for a price. Map them to a zone in the back office.")
        self.stdout.write("Every state and area of Nigeria is in a zone.")

    def _list(self, title: str, rows: list[Any]) -> None:
        if rows:
            self.stdout.write("\n  ".join([title, *map(str, rows)]))

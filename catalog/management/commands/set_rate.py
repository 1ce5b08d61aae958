from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from catalog import rates
from core.errors import ShopError


class Command(BaseCommand):
    help = "Sets what one unit of a currency is worth in naira, from now or a later moment on: set_rate USD 1530.50"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("currency", help="USD")
        parser.add_argument("naira", help="for one unit, such as 1530.50")
        parser.add_argument("--from", dest="starts_at", help="such as 2026-12-01T00:00+01:00; without it from now on")
        parser.add_argument("--round-up-to", type=int, help="cents; without it as before")
        parser.add_argument("--note", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        starts_at = parse_datetime(options["starts_at"]) if options["starts_at"] else None
        if options["starts_at"] and starts_at is None:
            raise CommandError(f"{options['starts_at']!r} is no moment. Write it like 2026-12-01T00:00+01:00.")
        if starts_at is not None and timezone.is_naive(starts_at):
            starts_at = timezone.make_aware(starts_at)
        try:
            rate = rates.set_rate(
                options["currency"],
                rates.read(options["naira"]),
                starts_at=starts_at,
                round_up_to=options["round_up_to"],
                source="set_rate",
                note=options["note"],
            )
        except ShopError as error:
            raise CommandError(error.message) from error
        rate.refresh_from_db()
        self.stdout.write(f"{rate} from {timezone.localtime(rate.starts_at):%d %B %Y, %H:%M} on.")

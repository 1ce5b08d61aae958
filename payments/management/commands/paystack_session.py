"""manage.py paystack_session: Paystack's pages take payments for less time than orders are held."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.http import ProviderError
from payments import open_pages


class Command(BaseCommand):
    help = (
        "Sets, at Paystack, how long its payment pages stay open to less than what is left of a hold when one opens, "
        "and prints it before and after. Once for each account; harmless twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            before, after = open_pages.shorten()
        except ProviderError as error:
            raise CommandError(f"Paystack did not set it: {error.message}. Try again.") from error
        self.stdout.write(f"Before: {_told(before)}. Now: {_told(after)}.")
        if problem := open_pages.problem_with(after):
            raise CommandError(f"Paystack took another time than was asked for. {problem}")


def _told(seconds: int) -> str:
    return f"{seconds} seconds" if seconds else "no end"

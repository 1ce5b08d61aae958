"""manage.py reconcile: what the timetable does every minute and every day, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.http import ProviderError
from payments import comparison, differences, reconciliation


class Command(BaseCommand):
    help = (
        "Asks Paystack about open payments whose turn it is, expires orders that were not paid in time, then holds "
        "Paystack's list against the shop's. What differs is printed and stands on the staff's board."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=comparison.DAYS, help="how far back the lists are compared")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        asked = reconciliation.settle_open_payments()
        expired = reconciliation.expire_unpaid_orders()
        self.stdout.write(f"Payments asked about: {asked}. Orders expired: {expired}.")
        try:
            found = comparison.compare(days, takes_its_time=True)
        except ProviderError as error:
            raise CommandError(f"Paystack's list could not be read: {error.message}") from error
        self.stdout.write(f"Differences from Paystack: {found}.")
        for row in differences.open_ones():
            self.stdout.write(str(row))

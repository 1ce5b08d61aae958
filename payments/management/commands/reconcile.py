"""manage.py reconcile: what the timetable does every minute, now."""

from typing import Any

from django.core.management.base import BaseCommand

from payments import reconciliation


class Command(BaseCommand):
    help = "Asks Paystack about open payments whose turn it is, then expires orders that were not paid in time."

    def handle(self, *args: Any, **options: Any) -> None:
        asked = reconciliation.settle_open_payments()
        expired = reconciliation.expire_unpaid_orders()
        self.stdout.write(f"Payments asked about: {asked}. Orders expired: {expired}.")

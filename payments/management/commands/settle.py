"""manage.py settle <reference>: what became of one payment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import ShopError
from core.http import ProviderError
from payments import settlement


class Command(BaseCommand):
    help = "Asks Paystack about one payment and does what follows from the answer. Harmless any number of times."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="as it stands in the back office and in Paystack's dashboard")

    def handle(self, *args: Any, reference: str, **options: Any) -> None:
        try:
            payment = settlement.settle(reference)
        except (ShopError, ProviderError) as error:
            raise CommandError(error.message) from error
        outcome = payment.get_outcome_display() if payment.outcome else payment.failure_reason
        self.stdout.write(": ".join(filter(None, [payment.get_state_display(), outcome])))
        if payment.in_review:
            self.stdout.write(f"In review: {payment.review_reason}")

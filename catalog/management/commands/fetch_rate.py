from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import rates
from core.errors import ShopError
from core.http import ProviderError


class Command(BaseCommand):
    help = "Asks the configured source (RATES_URL) what a dollar is worth, and sets that from now on"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rate = rates.fetch()
        except (ShopError, ProviderError) as error:
            raise CommandError(error.message) from error
        self.stdout.write("It is the rate already." if rate is None else f"{rate} from now on.")

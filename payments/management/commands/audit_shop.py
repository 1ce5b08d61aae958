"""manage.py audit_shop: what must always hold, and what does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import audit


class Command(BaseCommand):
    help = "Prints every broken invariant of stock, orders, money and mail. Exits with 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.violations()
        for violation in found:
            self.stdout.write(str(violation))
        if found:
            raise CommandError(f"Broken invariants: {len(found)}.")
        self.stdout.write("All invariants hold.")

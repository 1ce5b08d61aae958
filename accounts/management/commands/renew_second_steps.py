"""After the shop's key was changed: second steps are kept by the new one, and the old one can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import second_factor


class Command(BaseCommand):
    help = (
        "Enciphers every second step with SECRET_KEY, so that the keys before it need not be kept. Run it with the old "
        "one in PREVIOUS_SECRET_KEY. Exits with 1 when some are readable by neither."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, unreadable = second_factor.renew_all()
        self.stdout.write(f"Enciphered with the key in use: {renewed}.")
        if unreadable:
            raise CommandError(
                f"Readable by no key: {unreadable}. Put the key that they were made with into PREVIOUS_SECRET_KEY and "
                "run this again, or take them away in the back office: their owners set them up anew."
            )

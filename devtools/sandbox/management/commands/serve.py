"""Prepare the state, serve, and stop at SIGTERM or Ctrl-C."""

import ipaddress
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from devtools.sandbox import background, server


class Command(BaseCommand):
    help = "Serve the provider sandbox."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        address = loopback(os.environ.get("SANDBOX_HOST") or "127.0.0.1")
        prepare_state()
        try:
            listening = server.listen(address, settings.PORT)
        except OSError as error:
            raise CommandError(
                f"port {settings.PORT} cannot be used ({error.strerror}). Stop what uses it or set SANDBOX_PORT."
            ) from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        background.start()
        self.stdout.write(f"sandbox at {settings.PUBLIC_URL}, its webhooks go to {settings.SHOP_URL}")
        self.stdout.flush()
        try:
            listening.serve_forever()
        except KeyboardInterrupt:
            listening.server_close()
            # A webhook that the shop leaves unanswered would keep this process for its whole time-out. It is
            # marked as being sent, and taken up again by the next start.
            os._exit(0)


def loopback(address: str) -> str:
    """The address, if only this machine can reach it: the sandbox hands out paid orders to anybody who asks."""
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise CommandError(f"SANDBOX_HOST is {address!r}. It listens on loopback only (127.0.0.1 or ::1).")


def prepare_state() -> None:
    try:
        settings.FILES.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
    except (OSError, DatabaseError) as error:
        raise CommandError(
            f"cannot use its state at {settings.STATE} ({error}). Free the disk, delete the file or set SANDBOX_STATE."
        ) from error

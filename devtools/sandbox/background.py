"""The one thread that makes time pass: transfers land, refunds move on, mail leaves, webhooks are sent."""

import logging
import threading

from devtools.sandbox import webhooks
from devtools.sandbox.paystack import payments, refunds
from devtools.sandbox.resend import sending

logger = logging.getLogger("sandbox")

# Nothing is due more often than a person can see; what happens now wakes the thread at once.
LONGEST_PAUSE = 0.5


def start() -> None:
    webhooks.take_up_after_restart()
    threading.Thread(target=_run, name="sandbox-time", daemon=True).start()


def _run() -> None:
    while True:
        try:
            advance()
            webhooks.send_due()
        except Exception:
            logger.exception("The sandbox's background thread failed and goes on.")
        webhooks.wait_for_work(LONGEST_PAUSE)


def advance() -> None:
    """Everything that has become due by now."""
    payments.land_transfers()
    refunds.advance_due()
    sending.send_scheduled()

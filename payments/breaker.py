"""Leaving Paystack alone when it is silent, so that neither pages nor workers wait for it one after the other.

Only silence counts (time-outs and lost connections): an error that is answered quickly holds nobody up. Each process
finds out for itself, with three calls at most.
"""

import threading
import time

import structlog

from core.http import ProviderUnavailable

SILENCES_MAX = 3
ALONE_SECONDS = 30.0

log = structlog.get_logger(__name__)


class Breaker:
    """Open after SILENCES_MAX silences in a row. Then nobody asks but one probe whenever ALONE_SECONDS have passed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silences = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def check(self) -> None:
        """Raises ProviderUnavailable while Paystack is left alone; nothing was sent then."""
        if self._silences < SILENCES_MAX:
            return
        with self._lock:
            if self.is_open:
                raise ProviderUnavailable("Paystack is left alone for a moment: it did not answer several times")
            # The others go on waiting until this one has its answer.
            self._open_until = time.monotonic() + ALONE_SECONDS

    def silence(self) -> None:
        with self._lock:
            self._silences += 1
            if self._silences >= SILENCES_MAX:
                self._open_until = time.monotonic() + ALONE_SECONDS
                log.warning("paystack_left_alone", seconds=ALONE_SECONDS, silences=self._silences)

    def answer(self) -> None:
        if self._silences:
            with self._lock:
                self._silences = 0
                self._open_until = 0.0


paystack = Breaker()

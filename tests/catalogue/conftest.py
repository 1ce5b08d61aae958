"""The clock by which ready answers are trusted, in the hand of the test."""

import time
from collections.abc import Callable

import pytest

from catalog import fingerprints
from core import switches
from prechi import answers


class Clock:
    """Stands in for `time`. Only the test moves it, but for the trifle that keeps two readings apart: however slow the
    machine is, not more than two seconds have passed when the test says two."""

    time, sleep = staticmethod(time.time), staticmethod(time.sleep)

    def __init__(self) -> None:
        self._now = time.monotonic()

    def monotonic(self) -> float:
        self._now += 1e-6
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += seconds

    def within(self, seconds: float, look: Callable[[], bool]) -> bool:
        """Whether `look` gives True before so many seconds have passed; asked all the while, as by visitors."""
        for _ in range(round(seconds / 0.05)):
            self.forward(0.05)
            if look():
                return True
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands_still = Clock()
    for module in (answers, fingerprints, switches):
        monkeypatch.setattr(module, "time", stands_still)
    return stands_still

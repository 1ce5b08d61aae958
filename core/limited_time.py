"""Work on a list that ends in time, however slowly the other side answers."""

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)


def while_there_is_time(things: Iterable[T], seconds: float) -> Iterator[T]:
    """One after the other, none begun after so many seconds. What is left has its turn the next time."""
    until = monotonic() + seconds
    for done, thing in enumerate(things):
        if monotonic() >= until:
            log.warning("took_too_long", done=done)
            return
        yield thing

"""Guessing at discount codes: those that do not exist are counted by the address of who asks, like wrong passwords."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from accounts import tries
from orders.pricing import UnknownCode


@contextmanager
def counted(request: HttpRequest, code: str) -> Iterator[None]:
    """Around what looks `code` up, if there is one. Raises TooManyTries before that."""
    this_one = tries.begin_code(request) if code else []
    try:
        yield
    except UnknownCode:
        raise
    except Exception:
        _count_no_longer(this_one)
        raise
    _count_no_longer(this_one)


def _count_no_longer(this_one: list[int]) -> None:
    if this_one:
        tries.succeeded(this_one)

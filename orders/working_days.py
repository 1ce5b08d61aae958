"""Days on which parcels travel: Monday to Friday. Public holidays are not known."""

from datetime import date, timedelta

from django.utils import timezone

FRIDAY = 4


def today() -> date:
    return timezone.localdate()


def after(day: date, count: int) -> date:
    """The day on which so many working days have gone by."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() <= FRIDAY
    return day

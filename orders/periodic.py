"""Work of the timetable on orders (the timetable is prechi/schedule.py)."""

from celery import shared_task

from catalog import freshness
from orders import abandoned, redemptions


@shared_task
def notice_offers() -> bool:
    """Pages that are kept show the offer for a first order: they are built anew when its first or last day passed."""
    due = redemptions.note_offers_due()
    if due:
        freshness.catch_up()
    return due


@shared_task
def remind_of_bags() -> int:
    """Returns how many were reminded."""
    return abandoned.remind()

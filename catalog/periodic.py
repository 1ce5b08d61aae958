"""Work of the timetable that keeps the catalogue's lists true, and short."""

from celery import shared_task

from catalog import alerts, freshness, listing_rows, low_stock, publishing, search, wishlist
from catalog.sheets import imports


@shared_task
def catch_up() -> int:
    """Applies changes that nobody applied: of psql, of processes that died, of great imports."""
    return freshness.catch_up()


@shared_task
def publish() -> int:
    """Sales that began or ended, products that came or went by the clock."""
    due = publishing.apply_due()
    if due:
        freshness.catch_up()
    return due


@shared_task
def count_sales() -> int:
    return listing_rows.count_sales()


@shared_task
def learn_words() -> int:
    return search.learn_words()


@shared_task
def forget_wishes() -> int:
    """Of customers who were told, and of guests who did not come back. Returns how many rows went."""
    return alerts.forget_old() + wishlist.forget_old()


@shared_task
def forget_sheets() -> int:
    """That were sent and not applied. Returns how many."""
    return imports.forget_old()


@shared_task
def tell_low_stock() -> int:
    return low_stock.tell()

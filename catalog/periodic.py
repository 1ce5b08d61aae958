"""Work of the timetable that keeps the catalogue's lists true."""

from celery import shared_task

from catalog import freshness, listing_rows, publishing, search


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

"""Leaf tasks: rows that count no longer, and newsletters that are due."""

from celery import shared_task

from accounts import newsletter as list_of_people
from accounts import tokens
from mailing import campaign_sending, newsletter


@shared_task
def clean_up_tokens() -> int:
    return tokens.clean_up()


@shared_task
def forget_unconfirmed() -> int:
    """Sign-ups for the newsletter that came to nothing. Returns how many."""
    return newsletter.forget_unconfirmed()


@shared_task
def send_newsletters() -> int:
    """Begins what is due, then sends for a while. Returns how many mails went out. On a queue of its own."""
    list_of_people.begin_due()
    return campaign_sending.send_some()

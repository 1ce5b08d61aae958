"""Leaf tasks: rows that count no longer."""

from celery import shared_task

from accounts import tokens
from mailing import newsletter


@shared_task
def clean_up_tokens() -> int:
    return tokens.clean_up()


@shared_task
def forget_unconfirmed() -> int:
    """Sign-ups for the newsletter that came to nothing. Returns how many."""
    return newsletter.forget_unconfirmed()

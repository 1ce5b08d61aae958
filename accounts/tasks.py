"""Leaf task: rows that count no longer."""

from celery import shared_task

from accounts import tokens


@shared_task
def clean_up_tokens() -> int:
    return tokens.clean_up()

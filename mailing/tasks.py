"""Leaf tasks: send one mail; find those that are due."""

from celery import shared_task

from mailing import outbox


@shared_task
def send(mail_id: int) -> bool:
    return outbox.send(mail_id)


@shared_task
def sweep() -> int:
    """Sends every mail that is due, nudged or not. Returns how many went out."""
    return sum(outbox.send(mail_id) for mail_id in outbox.due())

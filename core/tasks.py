"""Leaf task: requests whose answer need not be repeated any more."""

from celery import shared_task

from core import idempotency


@shared_task
def forget_request_keys() -> int:
    return idempotency.forget_old()

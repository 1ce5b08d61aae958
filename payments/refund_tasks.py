"""Leaf task: take one refund a step further at Paystack."""

from celery import shared_task

from core.http import ProviderUnavailable
from payments import refund_sending


@shared_task
def send(refund_id: int) -> str:
    """A Paystack that gives no answer is asked again by the sweep."""
    try:
        return str(refund_sending.go_on(refund_id).state)
    except ProviderUnavailable as error:
        return error.message

"""Leaf task: apply one stored webhook."""

from celery import shared_task

from payments import provider_events


@shared_task
def apply_event(event_id: int) -> str:
    return provider_events.apply(event_id)

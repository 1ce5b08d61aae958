"""Leaf tasks, on a queue of their own, so that a silent Resend holds up mails alone: send one; send what is due."""

from celery import shared_task

from core.limited_time import while_there_is_time
from mailing import outbox

# Well within the time that a task may take; what is left has its turn in the next sweep.
SEND_FOR_SECONDS = 40.0
# Every order nudges one. By then those of the timetable have followed, so that none of a silent hour are left to do.
GOOD_FOR_SECONDS = 60


@shared_task
def send(mail_id: int) -> bool:
    return outbox.send(mail_id)


@shared_task(expires=GOOD_FOR_SECONDS)
def sweep() -> int:
    """Sends the mails that are due, nudged or not, for so long at most. Returns how many went out."""
    return sum(outbox.send(mail_id) for mail_id in while_there_is_time(outbox.due(), SEND_FOR_SECONDS))

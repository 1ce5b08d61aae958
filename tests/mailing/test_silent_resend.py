"""A Resend that does not answer holds up mails alone, and those not for long: no sweep of money waits behind it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from core import limited_time, queue
from core.health import redis_client
from mailing import outbox, tasks
from mailing.models import OutgoingMail
from prechi.celery import app
from prechi.schedule import SCHEDULE

pytestmark = pytest.mark.django_db
SECONDS_OF_A_TRY = 10


@pytest.fixture
def five_wait() -> None:
    for number in range(5):
        OutgoingMail.objects.create(
            kind="k", about=f"a/{number}", recipient="ada@prechi.test", subject="s", text="t", html="h"
        )


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The messages that wait in the real queue of mails."""
    monkeypatch.undo()  # nudges go to the broker again
    monkeypatch.setattr(queue._Broker, "away_until", 0.0)
    with redis_client(settings.CELERY_BROKER_URL) as client:
        client.delete("mail")
        yield lambda: [json.loads(message) for message in client.lrange("mail", 0, -1)]
        client.delete("mail")


def silent_for(seconds: float, clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try takes so long, by a clock that nothing else moves, and comes to nothing."""

    def hang(mail: OutgoingMail) -> str:
        clock[0] += seconds
        raise TimeoutError

    monkeypatch.setattr(outbox, "_hand_over", hang)
    monkeypatch.setattr(limited_time, "monotonic", lambda: clock[0])


def test_a_sweep_ends_in_time_and_the_next_goes_on(five_wait: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    silent_for(SECONDS_OF_A_TRY, clock, monkeypatch)
    assert tasks.sweep() == 0
    assert clock[0] == tasks.SEND_FOR_SECONDS
    assert OutgoingMail.objects.filter(attempts=0).count() == 1
    tasks.sweep()
    assert not OutgoingMail.objects.filter(attempts=0).exists()


def test_a_sweep_that_is_answered_sends_all(five_wait: None, mailoutbox: list[Any]) -> None:
    assert tasks.sweep() == 5
    assert len(mailoutbox) == 5


def test_the_slowest_sweep_stays_far_within_the_limit_of_a_task() -> None:
    assert 2 * (tasks.SEND_FOR_SECONDS + SECONDS_OF_A_TRY) < settings.CELERY_TASK_TIME_LIMIT


def test_a_nudged_sweep_waits_no_longer_than_until_others_have_followed(
    queued: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        queue.nudge(tasks.sweep)
    (message,) = queued()
    assert message["headers"]["task"] == "mailing.tasks.sweep"
    expires = datetime.fromisoformat(message["headers"]["expires"])
    pause = timedelta(seconds=SCHEDULE["send the mails that are due"]["schedule"])
    assert pause < expires - before < 4 * pause


def test_no_sweep_of_money_shares_a_queue_with_the_mails() -> None:
    of_money = {one["task"] for one in SCHEDULE.values() if one["task"].startswith("payments.")}
    queues = {app.amqp.router.route({}, name)["queue"].name for name in of_money | {"payments.tasks.apply_event"}}
    assert len(of_money) > 5
    assert queues.isdisjoint({"mail", "bulk"})

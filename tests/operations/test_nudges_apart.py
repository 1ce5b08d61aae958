"""In a web server a thread hands work to the queue: no request waits for the broker."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from catalog import tasks as catalog_tasks
from core import queue
from mailing import tasks

pytestmark = pytest.mark.django_db
PATIENCE = 60.0


@pytest.fixture
def nudge(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Callable[..., None]:
    monkeypatch.setattr(queue._Broker, "away_until", 0.0)
    monkeypatch.setattr(queue, "_apart", queue._Apart())

    def nudge(*tasks: tuple[Any, ...]) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            for task, *args in tasks:
                queue.nudge(task, *args)

    return nudge


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.01)
    assert condition()


def test_a_broker_that_does_not_answer_holds_up_nobody(
    nudge: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked_by = threading.Event(), []

    def frozen(self: Any, **kwargs: Any) -> None:
        asked_by.append(threading.current_thread())
        answers.wait(PATIENCE)

    monkeypatch.setattr("celery.app.task.Task.apply_async", frozen)
    nudge((tasks.sweep,))  # comes back, though nothing was answered
    wait_until(lambda: bool(asked_by))
    assert asked_by[0] is not threading.current_thread()
    answers.set()


def test_what_is_asked_for_many_times_at_once_is_asked_for_once(
    nudge: Callable[..., None], nudges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses, is_over = [], threading.Event()

    def pause(seconds: float) -> None:
        if seconds:
            pauses.append(seconds)
            is_over.wait(PATIENCE)

    monkeypatch.setattr(queue, "GATHER_SECONDS", PATIENCE)
    monkeypatch.setattr(queue, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
    nudge((tasks.sweep,))
    wait_until(lambda: len(nudges) == 1)  # at once; the others wait for each other
    nudge(*[(tasks.sweep,)] * 20, *[(catalog_tasks.process_image, number) for number in (1, 2, 1)])
    is_over.set()
    wait_until(lambda: len(nudges) >= 4)
    assert 0 < pauses[0] <= PATIENCE
    assert nudges == [
        ("mailing.tasks.sweep", ()),
        ("mailing.tasks.sweep", ()),
        ("catalog.tasks.process_image", (1,)),
        ("catalog.tasks.process_image", (2,)),
    ]
    nudge((tasks.sweep,))  # later, for a mail that was not there before
    wait_until(lambda: len(nudges) == 5)


def test_one_that_fails_stops_no_other(
    nudge: Callable[..., None], nudges: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queue._send

    def send(task: Any, args: Any) -> None:
        if args == (13,):
            raise MemoryError
        real(task, args)

    monkeypatch.setattr(queue, "_send", send)
    nudge((catalog_tasks.process_image, 13), (tasks.sweep,))
    wait_until(lambda: nudges == [("mailing.tasks.sweep", ())])

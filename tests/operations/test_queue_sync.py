"""A broker that is away neither fails nor holds up a request; with QUEUE_SYNC on, the work is done right there."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog import images, tasks
from catalog.models import Image
from core import queue
from core.models import Switch
from tests.catalogue.test_pictures import photograph, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The broker is away; what was tried all the same."""
    tried: list[str] = []

    def away(self: Any, **kwargs: Any) -> None:
        tried.append(self.name)
        raise ConnectionError("Connection refused")

    monkeypatch.setattr("celery.app.task.Task.apply_async", away)
    monkeypatch.setattr(queue._Broker, "away_until", 0.0)
    return tried


@pytest.fixture
def nudged(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[[int], str]:
    def nudge(image_id: int) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            queue.nudge(tasks.process_image, image_id)
        return Image.objects.get(pk=image_id).state

    return nudge


def test_without_the_switch_the_sweeper_does_it_later(tries: list[str], nudged: Callable[[int], str]) -> None:
    image = uploaded(photograph())
    assert nudged(image.pk) == "queued"
    assert images.unfinished() == [image.pk]


def test_it_is_not_asked_again_for_a_while(tries: list[str], nudged: Callable[[int], str], monkeypatch: Any) -> None:
    image = uploaded(photograph())
    for _ in range(5):
        nudged(image.pk)
    assert len(tries) == 1
    monkeypatch.setattr(queue._Broker, "away_until", 0.0)
    nudged(image.pk)
    assert len(tries) == 2


@pytest.mark.parametrize("by", ["setting", "switch"])
def test_with_the_switch_the_work_is_done_here(
    by: str, tries: list[str], nudged: Callable[[int], str], settings: Any
) -> None:
    settings.QUEUE_SYNC = by == "setting"
    if by == "switch":
        Switch.objects.create(name="queue_sync", on=True)
    assert nudged(uploaded(photograph()).pk) == "ready"


def test_work_that_fails_here_fails_nobody(tries: list[str], nudged: Callable[[int], str], settings: Any) -> None:
    settings.QUEUE_SYNC = True
    image = uploaded(photograph()[:4000])
    assert nudged(image.pk) == "failed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "process", lambda image_id: 1 / 0)
        assert nudged(image.pk) == "failed"


def test_a_broker_that_answers_does_the_work(
    nudged: Callable[[int], str], nudges: list[Any], settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(queue._Broker, "away_until", 0.0)
    settings.QUEUE_SYNC = True
    image = uploaded(photograph())
    assert nudged(image.pk) == "queued"
    assert nudges == [("catalog.tasks.process_image", (image.pk,))]

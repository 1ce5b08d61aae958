"""A worker's clock may be ahead of the one that hands out the timetable: no run is too old for it within a minute."""

from datetime import timedelta
from typing import Any

import pytest
from celery.worker.request import Request
from django.utils import timezone
from kombu import Message

from prechi.celery import app
from prechi.schedule import SCHEDULE

AHEAD = timedelta(seconds=50)


@pytest.mark.parametrize("name", SCHEDULE)
def test_it_is_run_all_the_same(name: str) -> None:
    """As the worker itself looks at it, when it was handed out this moment by who is behind."""
    app.loader.import_default_modules()
    entry: dict[str, Any] = SCHEDULE[name]
    seconds = entry.get("options", {}).get("expires")
    until = (timezone.now() - AHEAD + timedelta(seconds=seconds)).isoformat() if seconds else None
    headers = {"id": "1", "task": entry["task"], "expires": until, "lang": "py", "root_id": "1", "parent_id": None}
    message = Message(body=b"[[], {}, {}]", headers=headers, content_type="application/json", content_encoding="utf-8")
    request = Request(message, app=app, task=app.tasks[entry["task"]])
    assert request.expires is None or timezone.now() < request.expires

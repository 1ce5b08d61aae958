"""Alive, ready, or which part is down."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django_celery_results.models import TaskResult

from core import health

CLOSED_PORT = "redis://127.0.0.1:1/0"


@pytest.fixture
def a_task_just_finished(db: None) -> TaskResult:
    return TaskResult.objects.create(task_id="t-1", task_name="mailing.tasks.sweep", status="SUCCESS")


def test_alive_asks_nothing(client: Client, django_assert_num_queries: Any, db: None) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.usefixtures("a_task_just_finished")
class TestReady:
    def test_names_every_part(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
        assert answer.json()["parts"] == dict.fromkeys(
            ["database", "migrations", "workers", "mail", "cache", "queue"], "ok"
        )

    def test_is_only_degraded_without_redis(self, client: Client, settings: Any) -> None:
        settings.REDIS_URL = settings.CELERY_BROKER_URL = CLOSED_PORT
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["status"] == "degraded"
        down = {name for name, said in answer.json()["parts"].items() if said != "ok"}
        assert down == {"cache", "queue"}

    def test_is_down_without_the_database_and_says_nothing_of_how_it_is_reached(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse() -> str:
            raise OperationalError("connection to server at 10.0.0.7, password=hunter2 failed")

        monkeypatch.setattr(health, "_ask_database", refuse)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["status"] == "down"
        assert answer.json()["parts"]["database"].startswith("down")
        assert b"hunter2" not in answer.content

    def test_is_down_while_a_migration_is_missing(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "_migrated", False)
        latest = MigrationLoader(connection).graph.leaf_nodes("payments")[0]
        MigrationRecorder(connection).record_unapplied(*latest)
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "migrate" in answer.json()["parts"]["migrations"]

    def test_notices_that_no_task_has_finished_for_long(self, client: Client) -> None:
        TaskResult.objects.update(date_done=timezone.now() - timedelta(minutes=7))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["parts"]["workers"] == "down: no task has finished for 7 minutes"

    def test_a_silence_of_days_is_told_in_full(self, client: Client) -> None:
        TaskResult.objects.update(date_done=timezone.now() - timedelta(days=2))
        assert client.get("/readyz").json()["parts"]["workers"] == "down: no task has finished for 2880 minutes"


def test_machines_may_call_a_server_by_its_address_and_without_tls(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["prechi.test"]
    assert client.get("/healthz", headers={"Host": "172.18.0.5:8000"}).status_code == 200
    assert client.get("/", headers={"Host": "172.18.0.5:8000"}).status_code == 400


@pytest.mark.django_db
def test_every_answer_bears_the_id_of_its_request(client: Client) -> None:
    first, second = (client.get("/nothing-here/")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 36

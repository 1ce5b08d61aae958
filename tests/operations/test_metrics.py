"""What Prometheus reads, and who may."""

from typing import Any

import pytest
from django.test import Client
from django_celery_results.models import TaskResult

from core.models import Switch
from mailing.models import OutgoingMail
from payments.models import ProviderEvent

pytestmark = pytest.mark.django_db


def figures(client: Client, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if line.startswith("prechi_")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_needs_its_token_where_one_is_set(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-long-token"
    refused = client.get("/metrics")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Bearer"
    assert refused.content == b""
    assert client.get("/metrics", headers={"Authorization": "Bearer a-long-toke"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer ä"}).status_code == 401
    assert figures(client, Authorization="Bearer a-long-token")["prechi_database_up"] == 1


def test_does_not_exist_in_production_without_a_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    settings.PRODUCTION = True
    assert client.get("/metrics").status_code == 404


def test_counts_what_waits(client: Client) -> None:
    before = figures(client)
    OutgoingMail.objects.create(kind="k", about="a/1", recipient="a@prechi.test", subject="s", text="t", html="h")
    ProviderEvent.objects.create(provider="paystack", key="k", event="charge.success", body="{}")
    Switch.objects.create(name="payments_paused", on=True)
    after = figures(client)
    grown = {name for name in after if after[name] == before.get(name, 0) + 1}
    assert {"prechi_outbox_waiting", "prechi_webhooks_unapplied", 'prechi_switch_on{name="payments_paused"}'} <= grown


def test_tells_what_the_last_audit_found(client: Client) -> None:
    assert "prechi_invariant_violations" not in figures(client)
    TaskResult.objects.create(task_id="1", task_name="payments.periodic.audit", status="SUCCESS", result="3")
    assert figures(client)["prechi_invariant_violations"] == 3


def test_tells_the_depth_of_each_queue_or_that_it_cannot(client: Client, settings: Any) -> None:
    found = figures(client)
    assert found["prechi_queue_up"] == 1
    assert {f'prechi_queue_depth{{queue="{name}"}}' for name in ("orders", "media", "bulk")} <= found.keys()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert figures(client)["prechi_queue_up"] == 0


def test_asks_little_of_the_database(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        figures(client)


def test_a_made_up_method_is_refused_and_counted_nowhere(client: Client) -> None:
    answer = client.generic("H00001", "/api/v1/products/")
    assert (answer.status_code, answer.text) == (405, "The shop does not know this method.")
    assert "GET" in answer.headers["Allow"]
    assert "H00001" not in client.get("/metrics").text

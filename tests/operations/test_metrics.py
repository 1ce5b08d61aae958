"""What Prometheus reads, and who may."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django_celery_results.models import TaskResult
from prometheus_client.metrics_core import Metric

from core.models import Switch
from mailing.models import OutgoingMail
from payments import metrics
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
    assert {f'prechi_queue_depth{{queue="{name}"}}' for name in ("orders", "media", "mail", "bulk")} <= found.keys()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert figures(client)["prechi_queue_up"] == 0


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which figures the log said were left out."""
    said: list[str] = []
    monkeypatch.setattr(metrics, "log", SimpleNamespace(error=lambda event, figures, error: said.append(figures)))
    return said


@pytest.fixture
def slow_orders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Counting them takes longer than it may."""

    def slow(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "orders_order"' in sql and "GROUP BY" in sql:
            execute("SET LOCAL statement_timeout = '50ms'", None, False, context)
            return execute("SELECT pg_sleep(2)", None, False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(slow):
        yield


def test_what_takes_too_long_is_left_out_and_the_rest_is_told(client: Client, slow_orders: None) -> None:
    found = figures(client)
    assert (found["prechi_database_up"], found["prechi_figures_left_out"]) == (1, 1)
    assert "prechi_orders_placed_total" not in found
    others = {"prechi_payments_open", "prechi_webhooks_dead", "prechi_outbox_dead", "prechi_images_unfinished"}
    assert others <= found.keys()


def test_a_slow_database_costs_no_scrape(client: Client, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each group takes two seconds and is given up; what is left after some seconds is not begun."""
    seconds = [0.0]
    begun: list[str] = []

    def slow(name: str) -> Any:
        def count() -> Iterator[Metric]:
            begun.append(name)
            seconds[0] += 2
            raise DatabaseError("too slow")
            yield

        count.__name__ = name
        return count

    monkeypatch.setattr(metrics, "GROUPS", tuple(map(slow, "abcdefg")))
    monkeypatch.setattr(metrics, "monotonic", lambda: seconds[0])
    found = figures(client)
    assert seconds[0] < 7
    assert begun == list("abcdefg")[: len(begun)]
    assert (found["prechi_database_up"], found["prechi_figures_left_out"]) == (1, 7)
    assert sorted(told) == list("abcdefg")


def test_groups_that_are_slow_but_counted_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]

    def slow(group: Any) -> Any:
        def count() -> Iterator[Metric]:
            seconds[0] += 1.5
            yield from group()

        count.__name__ = group.__name__
        return count

    monkeypatch.setattr(metrics, "GROUPS", tuple(map(slow, metrics.GROUPS)))
    monkeypatch.setattr(metrics, "monotonic", lambda: seconds[0])
    found = figures(client)
    assert "prechi_orders_placed_total" in found
    assert "prechi_payments_open" in found
    assert found["prechi_figures_left_out"] == len(metrics.GROUPS) - 3


def test_what_is_left_out_is_said_once_until_it_is_counted_again(client: Client, told: list[str]) -> None:
    def breaks() -> Iterator[Metric]:
        raise DatabaseError("too slow")

    breaks.__name__ = "_orders"
    for round_ in (1, 2):
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(metrics, "GROUPS", (breaks, *metrics.GROUPS[1:]))
            for _ in range(3):
                figures(client)
        assert told == ["orders"] * round_
        assert "prechi_orders_placed_total" in figures(client)


def test_without_a_database_it_says_so_and_the_queues_are_told(client: Client) -> None:
    def gone(*args: Any) -> Any:
        raise OperationalError("the connection is gone")

    with connection.execute_wrapper(gone):
        found = figures(client)
    assert (found["prechi_database_up"], found["prechi_queue_up"]) == (0, 1)
    assert "prechi_payments_open" not in found


def test_asks_little_of_the_database(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        figures(client)


def test_a_made_up_method_is_refused_and_counted_nowhere(client: Client) -> None:
    answer = client.generic("H00001", "/api/v1/products/")
    assert (answer.status_code, answer.text) == (405, "The shop does not know this method.")
    assert "GET" in answer.headers["Allow"]
    assert "H00001" not in client.get("/metrics").text

"""A connection is kept from request to request; one whose server went away is opened anew, and nobody notices."""

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db(transaction=True)

WHERE = ("dbname", "user", "password", "host", "port")


def backend() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def begin_request() -> None:
    """What Django does of it: the test client leaves a kept connection alone."""
    connection.close_if_unusable_or_obsolete()


def end(pid: int) -> None:
    """As a restart of the server does."""
    where = connection.get_connection_params()
    with psycopg.connect(**{name: where[name] for name in WHERE if name in where}) as other:
        # Answers when it is gone, or false after so many milliseconds.
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)


def test_a_connection_that_works_is_kept(client: Client) -> None:
    before = backend()
    begin_request()
    assert connection.is_usable()
    assert client.get(reverse("catalog:home")).status_code == 200
    assert backend() == before


def test_one_whose_server_went_away_is_opened_anew(client: Client) -> None:
    before = backend()
    end(before)
    begin_request()
    assert not connection.is_usable()
    assert client.get(reverse("catalog:home")).status_code == 200
    assert backend() != before


def test_to_look_asks_the_database_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    backend()
    monkeypatch.setattr(connection.connection, "cursor", lambda *args, **kwargs: pytest.fail("asked"))
    assert connection.is_usable()

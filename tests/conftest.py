"""What every test may ask for. Servers are started by tests/servers.py."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.core.files.storage import storages
from django.db import connection

from core import breaker as redis_breaker
from core import switches
from devtools.sandbox.process import Sandbox, start
from orders import checkout
from payments import audit, breaker
from prechi import answers
from tests import emptying, template_database
from tests.running_shop import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from tests.running_shop import running_shop as running_shop

emptying.install()
# Whatever else holds here, on a developer's machine or in CI: how long an example takes says nothing of the shop.
hypothesis.settings.register_profile("in no hurry", deadline=None)
hypothesis.settings.load_profile("in no hurry")

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """No test ever reaches another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address}.")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def quick_with_redis() -> Iterator[float]:
    """So many seconds the shop waits for Redis. A busy machine may need more, and no test but those of a frozen Redis
    shall find it left alone for that."""
    quick = redis_breaker.TIMEOUT_SECONDS
    redis_breaker.TIMEOUT_SECONDS = 5.0
    yield quick
    redis_breaker.TIMEOUT_SECONDS = quick


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process of the tests works on a copy of one migrated database."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template_database.ready(os.environ["DATABASE_URL"])


@pytest.fixture(autouse=True)
def _own_surroundings(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Each test has its own media folders, cache keys, fast passwords, and mails that stay in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ORIGINALS_ROOT = tmp_path / "originals"
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {**settings.STORAGES["originals"], "OPTIONS": {"location": tmp_path / "originals"}},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.WHITENOISE_AUTOREFRESH = True  # each client would walk through all static files, to ask for none of them
    settings.STAFF_EMAILS = []
    # Ada orders in most tests, and often.
    settings.UNPAID_ORDERS_MAX = 1000
    settings.UNPAID_ORDERS_OF_NETWORK_MAX = 10_000
    storages._storages = {}
    redis_breaker._breakers.clear()
    cache.clear()
    answers.forget_memory()
    switches.forget_cache_switch()
    breaker.paystack.answer()
    checkout.forget_rush()
    yield
    storages._storages = {}


@pytest.fixture(autouse=True)
def _invariants_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database no invariant is broken (mark `breaks_invariants` where that is the point)."""
    has_database = "db" in request.fixturenames or "transactional_db" in request.fixturenames
    marker = request.node.get_closest_marker("django_db")
    if not (has_database or marker) or request.node.get_closest_marker("breaks_invariants"):
        yield
        return
    request.getfixturevalue("transactional_db" if marker and marker.kwargs.get("transaction") else "db")
    yield
    assert [str(violation) for violation in audit.violations()] == []


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """Nudges are written down instead of queued: tests call the work itself. Journeys have a real worker."""
    sent: list[tuple[str, tuple[Any, ...]]] = []

    def note(self: Any, args: tuple[Any, ...] = (), **kwargs: Any) -> None:
        sent.append((self.name, tuple(args)))

    monkeypatch.setattr("celery.app.task.Task.apply_async", note)
    return sent


@pytest.fixture
def nudges(_no_broker: list[tuple[str, tuple[Any, ...]]]) -> list[tuple[str, tuple[Any, ...]]]:
    """What was handed to the queue: (task, arguments)."""
    return _no_broker


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("sandbox")
    with start(state=folder / "state.sqlite3", shop_url="http://127.0.0.1:9") as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Any) -> Sandbox:
    """The provider sandbox, empty, and the shop pointed at it. It sends its webhooks nowhere; tests deliver them."""
    sandbox_process.control("POST", "reset")
    settings.PAYSTACK_BASE_URL = f"{sandbox_process.url}/paystack"
    settings.RESEND_API_URL = f"{sandbox_process.url}/resend"
    return sandbox_process

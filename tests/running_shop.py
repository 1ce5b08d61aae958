"""The shop as `make run` starts it, once for all journeys and browser tests, on ports and a database of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import pytest
from xdist.scheduler import LoadScopeScheduling

from devtools import surroundings
from devtools.sandbox.process import control, free_port
from devtools.services import children
from devtools.surroundings import PROJECT
from tests import template_database
from tests.servers import numbered

DATABASE = "prechi_journeys"
# The tests themselves use the databases that REDIS_URL and CELERY_BROKER_URL name.
CACHE, QUEUE = 14, 15
SHARING = ("tests/journeys/", "tests/browser/")
READY_WITHIN = 240.0
STOPS_WITHIN = 60.0
# What a developer's own .env may name, and no test may reach.
ELSEWHERE = ("CLOUDINARY_URL", "MEDIA_BACKEND", "PAYSTACK_BASE_URL", "RESEND_API_URL", "SENTRY_DSN", "SITE_URL")

T = TypeVar("T")


def eventually(look: Callable[[], T], within: float = 60.0) -> T:
    """What `look` gives as soon as that is true; after the time, whatever it gives then."""
    give_up = time.monotonic() + within
    while not (seen := look()) and time.monotonic() < give_up:
        time.sleep(0.05)
    return seen


@dataclass(frozen=True)
class RunningShop:
    place: surroundings.Place
    env: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.place.shop

    @property
    def paystack(self) -> str:
        """Where the payer's page is."""
        return self.place.sandbox

    def sandbox(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call under `/_control/`."""
        return control(f"http://127.0.0.1:{self.place.sandbox_port}", method, path, body)

    def sql(self, query: str, *values: Any) -> list[Any]:
        """The rows; of a single column, its values."""
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query, values)
            rows = cursor.fetchall() if cursor.description else []
        return [row[0] for row in rows] if rows and len(rows[0]) == 1 else rows

    def violations(self) -> list[Any]:
        return self.sql("SELECT rule, subject, detail FROM invariant_violations")

    def audit(self) -> str:
        return self.manage("audit_shop")

    def manage(self, *arguments: str) -> str:
        """A command of manage.py, with the surroundings of the running shop. Fails loudly with what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=dict(self.env),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def mails(self, recipient: str, kind: str = "") -> list[dict[str, Any]]:
        """What lies in the sandbox's inbox for one person, newest first; `kind` is told by its subject."""
        emails = self.sandbox("GET", "resend/emails")["emails"]
        kinds = dict(self.sql("SELECT provider_id, kind FROM mailing_outgoingmail WHERE recipient = %s", recipient))
        return [mail for mail in emails if recipient in mail["to"] and kind in ("", kinds.get(mail["id"]))]


class TogetherWhereShared(LoadScopeScheduling):
    """All who share the running shop go to one process of the tests, so that it starts once; the others go anywhere.

    pytest-xdist's own mark for that, `xdist_group`, does nothing since pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "running shop" if nodeid.startswith(SHARING) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return TogetherWhereShared(config, log)


@pytest.fixture(scope="session")
def running_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    place = surroundings.Place(free_port(), free_port(), tmp_path_factory.mktemp("shop"))
    env = {**os.environ, **dict.fromkeys(ELSEWHERE, ""), **_addresses(), "NO_COLOR": "1"} | {
        "UNPAID_ORDERS_MAX": "1000",
        "UNPAID_ORDERS_OF_NETWORK_MAX": "10000",
        "PORT": str(place.port),
        "SANDBOX_PORT": str(place.sandbox_port),
        "PRECHI_LOCAL_DIR": str(place.local_dir),
    }
    shop = RunningShop(place, surroundings.of_shop(place, env, _addresses()))
    Path(shop.env["PROMETHEUS_MULTIPROC_DIR"]).mkdir()
    _new_database()
    shop.manage("migrate", "--no-input", "--verbosity", "0")
    shop.manage("load_demo", "--small")
    log = place.local_dir / "run.log"
    with log.open("wb") as output:
        process = children.spawn(
            [sys.executable, "-m", "devtools.dev"],
            dies_with=signal.SIGTERM,
            cwd=PROJECT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        ready = f"ready {shop.url}\n"
        eventually(lambda: process.poll() is not None or ready in log.read_text(), READY_WITHIN)
        assert ready in log.read_text(), f"The shop did not start:\n{log.read_text()[-3000:]}"
        yield shop
        _stop(process, log)
    finally:
        children.stop(process, (signal.SIGTERM, STOPS_WITHIN))
        _drop_database()


def _addresses() -> dict[str, str]:
    """The throw-away servers of these tests, with a database and two numbers of Redis of the shop's own."""
    redis = os.environ["REDIS_URL"]
    return {
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{DATABASE}").geturl(),
        "REDIS_URL": numbered(redis, CACHE),
        "CELERY_BROKER_URL": numbered(os.environ.get("CELERY_BROKER_URL") or redis, QUEUE),
    }


def _new_database() -> None:
    _drop_database()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        template = template_database.ready(os.environ["DATABASE_URL"])
        connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {template}")


def _drop_database() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _stop(process: subprocess.Popen[bytes], log: Path) -> None:
    """As Ctrl-C does; then nothing of it may be left."""
    family = _descendants(process.pid)
    assert len(family) > 6, "web, workers, timetable and sandbox were not all running"
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOPS_WITHIN) == 0, log.read_text()[-3000:]
    left = eventually(lambda: not [pid for pid in family if _lives(pid)])
    assert left, f"orphans: {[pid for pid in family if _lives(pid)]}"


def _descendants(pid: int) -> list[int]:
    parents = {int(stat.parent.name): _stat(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    found, fresh = [], [pid]
    while fresh:
        fresh = [child for child, (_, parent) in parents.items() if parent in fresh]
        found += fresh
    return found


def _lives(pid: int) -> bool:
    return _stat(Path(f"/proc/{pid}/stat"))[0] not in ("", "Z")


def _stat(file: Path) -> tuple[str, int]:
    """State and parent of a process; empty for one that is gone."""
    try:
        state, parent = file.read_text().rsplit(")", 1)[1].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)

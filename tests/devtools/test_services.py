"""The embedded servers: real, private, recovered after a crash, and gone with their owner."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
import psycopg
import pytest
import redis

from devtools import services
from devtools.problem import Problem
from devtools.services import leftovers, places
from tests.devtools.test_processes import lives, until

OWNER = """
import json, signal, sys
from pathlib import Path
from devtools import services
with services.running(Path(sys.argv[1]), throwaway=True, environ={}) as addresses:
    print(json.dumps(addresses), flush=True)
    signal.pause()
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a space and capitals in its path, and long enough that no socket would fit in it."""
    return tmp_path_factory.mktemp("servers") / "A Folder" / ("with a long name " * 6)


def owner(folder: Path) -> tuple[subprocess.Popen[str], dict[str, str]]:
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def pids(folder: Path) -> list[int]:
    home = places.reachable(folder, places.server_account())
    files = [home / "postgres-18" / "postmaster.pid", folder / "valkey" / "valkey.pid"]
    return [int(file.read_text().split()[0]) for file in files]


def test_both_servers_answer_in_the_forms_that_the_shop_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with services.running(folder, throwaway=True, environ={}) as addresses:
        monkeypatch.setenv("CHECKED_URL", addresses["DATABASE_URL"])
        settings = environ.Env().db_url("CHECKED_URL")
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            version = connection.info.server_version
        for name in ("REDIS_URL", "CELERY_BROKER_URL"):
            with redis.Redis.from_url(addresses[name]) as client:
                assert client.ping()
        running = pids(folder)

    assert version >= 180000
    assert settings["NAME"] == "prechi"
    assert not any(map(lives, running))


def test_nobody_else_on_this_machine_may_use_them(folder: Path) -> None:
    with services.running(folder, throwaway=True, environ={}) as addresses:
        sockets = Path(parse_qs(urlsplit(addresses["DATABASE_URL"]).query)["host"][0])
        mode = sockets.stat().st_mode & 0o777
        port = urlsplit(addresses["CELERY_BROKER_URL"]).port
        with redis.Redis(port=port or 0) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()

    assert mode == 0o700
    assert not sockets.exists()


def test_what_was_written_is_there_the_next_time(folder: Path) -> None:
    with services.running(folder, environ={}) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE kept (word text)")
        with redis.Redis.from_url(addresses["CELERY_BROKER_URL"]) as client:
            client.lpush("orders", "a task")
    with services.running(folder, environ={}) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        with redis.Redis.from_url(addresses["CELERY_BROKER_URL"]) as client:
            assert client.llen("orders") == 1


def test_servers_of_your_own_are_not_started_again(folder: Path) -> None:
    given = {"DATABASE_URL": "postgres://elsewhere/shop", "REDIS_URL": "redis://elsewhere/3"}

    with services.running(folder, environ=given) as addresses:
        assert addresses == given
        assert not (folder / "valkey").exists()


def test_one_folder_has_one_owner(folder: Path) -> None:
    given = {"DATABASE_URL": "postgres://elsewhere/shop", "REDIS_URL": "redis://elsewhere/3"}
    with services.running(folder, environ=given), pytest.raises(Problem) as problem:
        places.check_unclaimed(folder)

    assert f"The shop in {folder} is already running (process {os.getpid()})." in str(problem.value)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_killed_owner_leaves_nothing_running_and_nothing_in_the_way(folder: Path) -> None:
    process, _ = owner(folder)
    running, sockets = pids(folder), (folder / "sockets").readlink()
    process.send_signal(signal.SIGKILL)
    process.communicate()

    with services.running(folder, throwaway=True, environ={}) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert until(lambda: not any(map(lives, running)))
    assert not sockets.exists()


def test_a_pid_file_that_names_another_program_is_forgotten_and_the_program_spared(tmp_path: Path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as innocent:
        try:
            pid_file.write_text(f"{innocent.pid}\n/elsewhere\n")

            leftovers.clear(pid_file, "postgres", (signal.SIGINT, 1.0))

            assert not pid_file.exists()
            assert innocent.poll() is None
        finally:
            innocent.kill()


@pytest.mark.parametrize("content", ["", "not a number", "999999999"])
def test_a_pid_file_that_makes_no_sense_does_no_harm(tmp_path: Path, content: str) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(content)

    leftovers.clear(pid_file, "postgres", (signal.SIGINT, 1.0))


def test_a_server_left_behind_is_stopped(tmp_path: Path) -> None:
    code = "import time; time.sleep(60)  # postgres"
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) as left_behind:
        (tmp_path / "postmaster.pid").write_text(str(left_behind.pid))

        leftovers.clear(tmp_path / "postmaster.pid", "postgres", (signal.SIGTERM, 0.5), (signal.SIGKILL, 2.0))

        assert left_behind.wait(60) in (-signal.SIGTERM, -signal.SIGKILL)

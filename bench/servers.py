"""The servers that are measured: real ones, in a folder that is gone afterwards, started as `make run` starts them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import load
from devtools import services, surroundings
from devtools.problem import Problem
from devtools.processes import Processes
from devtools.services import places
from devtools.surroundings import PROJECT, Place
from devtools.terminal import Terminal

PRODUCTS = 120
STARTS_WITHIN = 60.0
# All that is taken over from the terminal: somebody's DATABASE_URL must never be filled by a bench.
KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Catalogue:
    slugs: list[str]
    sizes: dict[str, int]  # SKU to id

    @property
    def product(self) -> str:
        return self.slugs[0]


@dataclass(frozen=True)
class Servers:
    shop: int  # ports
    uncached: int
    bare: int
    database: str
    env: dict[str, str]
    catalogue: Catalogue


@contextmanager
def running(terminal: Terminal) -> Iterator[Servers]:
    """PostgreSQL (durable), Valkey, the shop with and without its cache, and the bare project: idle until asked."""
    with places.temporary("prechi-bench-") as folder, Processes(terminal, PROJECT) as processes:
        folder.chmod(0o755)  # what must be private lies in folders that are
        with services.running(folder, environ={}) as addresses:
            place = Place(port=_free_port(), sandbox_port=_free_port(), local_dir=folder)
            given = {name: os.environ[name] for name in KEPT if name in os.environ}
            env = surroundings.of_shop(place, given, addresses) | {
                "DEBUG": "",
                "SENTRY_DSN": "",
                "UNPAID_ORDERS_MAX": "1000000",
                "UNPAID_ORDERS_OF_NETWORK_MAX": "1000000",
            }
            catalogue = _prepare(terminal, folder, env)
            shop = _granian(processes, "shop", "prechi.wsgi:application", _apart(env, folder, "shop"))
            uncached = _granian(
                processes,
                "uncached",
                "prechi.wsgi:application",
                _apart(env, folder, "uncached") | {"CACHE_ENABLED": "0"},
            )
            for port in (shop, uncached):
                _wait(processes, port, "/healthz")
            bodies = _bodies(folder, shop, catalogue.product)
            bare = _granian(processes, "bare", "bench.bare:application", env | bodies)
            _wait(processes, bare, "/redis/json")
            yield Servers(shop, uncached, bare, addresses["DATABASE_URL"], env, catalogue)
            processes.stop()


def within_shop(code: str, env: Mapping[str, str]) -> str:
    """What `code` printed in a process that has the shop loaded. Raises Problem where it failed."""
    return _django("shell", "--command", code, env=env)


def _django(*arguments: str, env: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "django", *arguments, "--verbosity", "0"]
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{arguments[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def _prepare(terminal: Terminal, folder: Path, env: dict[str, str]) -> Catalogue:
    terminal.say("Preparing the database ...")
    (folder / "static").mkdir(exist_ok=True)
    Path(env["PROMETHEUS_MULTIPROC_DIR"]).mkdir(exist_ok=True)
    _django("migrate", "--no-input", env=env)
    catalogue = Catalogue(**json.loads(within_shop(f"from bench import seed; seed.main({PRODUCTS})", env)))
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")  # as after a night of autovacuum
    return catalogue


def _apart(env: dict[str, str], folder: Path, name: str) -> dict[str, str]:
    """Two servers of the shop must not count into the same files."""
    metrics = folder / f"metrics-{name}"
    metrics.mkdir(exist_ok=True)
    return env | {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}


def _granian(processes: Processes, name: str, application: str, env: Mapping[str, str]) -> int:
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--no-ws", "--workers", "2", "--blocking-threads", "4", "--log-level", "warning"]
    processes.start(name, [*command, "--respawn-interval", "15", "--workers-kill-timeout", "5", application], env)
    return port


def _wait(processes: Processes, port: int, path: str) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up:
        processes.check()
        try:
            if load.run(port, [load.get(path)], connections=1).statuses[200] == 1:
                return
        except OSError:
            time.sleep(0.1)
    raise Problem(f"Port {port} did not answer {path} within {STARTS_WITHIN:.0f} seconds.")


def _bodies(folder: Path, shop: int, slug: str) -> dict[str, str]:
    """Files with what the shop answers, for the bare project to answer the same."""
    paths = {"BENCH_JSON": f"/api/v1/products/{slug}/", "BENCH_PAGE": f"/products/{slug}/"}
    files = {}
    for name, path in paths.items():
        answer = load.run(shop, [load.get(path)], connections=1, keep=True)
        if answer.errors or not answer.bodies:
            raise Problem(f"The shop answered {dict(answer.statuses)} to {path}.")
        file = folder / name.lower()
        file.write_bytes(answer.bodies[0])
        files[name] = str(file)
    return files


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

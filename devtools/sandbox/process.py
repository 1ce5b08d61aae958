"""Start the sandbox as a process of its own and stop it again. Standard library only: tests and ``make run`` use it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0
TRIES = 3


class DidNotStart(Exception):
    """The process ended or stayed silent; the message holds what it printed."""


class PortTaken(DidNotStart):
    """Somebody else listens where it should."""


@dataclass(frozen=True)
class Sandbox:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return control(self.url, method, path, body)


# Never through a proxy of the environment: the sandbox is on this machine.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def control(url: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """One call under ``/_control/``; an answer that is an error raises ``urllib.error.HTTPError``."""
    request = urllib.request.Request(
        f"{url}/_control/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with _direct.open(request, timeout=60) as answer:
        return json.load(answer)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start(
    port: int | None = None,
    state: Path | str | None = None,
    shop_url: str = "http://127.0.0.1:8000",
    env: Mapping[str, str] | None = None,
) -> Iterator[Sandbox]:
    """A running sandbox, ready to answer; stopped at the end of the block whatever happens in it.

    ``port`` defaults to a free one, ``state`` to the sandbox's own default; ``env`` adds to the environment
    (keys, ``SANDBOX_WEBHOOK_RETRIES``, ...).
    """
    ports = [port] if port else [free_port() for _ in range(TRIES)]
    sandbox = _on_one_of(ports, partial(_spawned, state=state, shop_url=shop_url, env=env or {}))
    try:
        yield sandbox
    finally:
        stop(sandbox)


def _on_one_of(ports: Sequence[int], spawned: Callable[[int], Sandbox]) -> Sandbox:
    """On the first of them that nobody has taken since it was found free."""
    for port in ports:
        sandbox = spawned(port)
        try:
            wait_until_ready(sandbox)
            return sandbox
        except PortTaken:
            if port == ports[-1]:
                raise
        except BaseException:
            stop(sandbox)
            raise
    raise ValueError("no port to try")


def _spawned(port: int, state: Path | str | None, shop_url: str, env: Mapping[str, str]) -> Sandbox:
    url = f"http://127.0.0.1:{port}"
    surroundings = {**os.environ, "SANDBOX_PORT": str(port), "SHOP_URL": shop_url, "SANDBOX_PUBLIC_URL": url}
    if state is not None:
        surroundings["SANDBOX_STATE"] = str(state)
        Path(state).parent.mkdir(parents=True, exist_ok=True)
    surroundings |= env
    log = Path(f"{state}.log") if state is not None else Path(os.devnull)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "devtools.sandbox"],
            cwd=PROJECT,
            env=surroundings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Sandbox(url, process, log)


def wait_until_ready(sandbox: Sandbox) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while sandbox.process.poll() is None and time.monotonic() < give_up:
        try:
            with _direct.open(f"{sandbox.url}/health", timeout=2) as answer:
                # Another sandbox may hold the port; then this one is about to say so and end.
                if json.load(answer)["pid"] == sandbox.process.pid:
                    return
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    printed = sandbox.log.read_text(errors="replace") if sandbox.log.is_file() else ""
    why = PortTaken if f"port {sandbox.port} cannot be used" in printed else DidNotStart
    raise why(f"The sandbox did not come up at {sandbox.url}. It printed:\n{printed[-2000:]}")


def stop(sandbox: Sandbox) -> None:
    sandbox.process.terminate()
    try:
        sandbox.process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        sandbox.process.kill()
        sandbox.process.wait()

"""Five photographs of 5 MB, sent at once to the real web server and made by a real worker."""

import http.client
import io
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImageChops

from bench import servers
from bench.load import Result
from bench.report import Row, Target
from bench.servers import Servers
from devtools.problem import Problem
from devtools.processes import Processes
from devtools.surroundings import PROJECT
from devtools.terminal import Terminal

ROUNDS = 5
BYTES = 5_000_000
# As cameras and telephones hold them: 12 to 24 megapixels.
SIZES = ((4000, 3000), (3000, 4000), (6000, 4000), (4000, 6000), (4000, 5000))
READY_WITHIN = 60.0
LOOK_EVERY = 0.02
CPUS = 2
STAFF = ("bench@prechi.test", "bench-only-password")
SIGN_UP = f"from accounts.models import User; User.objects.create_superuser({STAFF[0]!r}, {STAFF[1]!r})"


def measure(running: Servers, terminal: Terminal) -> list[Row]:
    """When it was answered and when all five were ready, in rounds of their own pictures."""
    photographs = [_photograph(*size) for size in SIZES]
    servers.within_shop(SIGN_UP, running.env)
    client = http.client.HTTPConnection("127.0.0.1", running.shop, timeout=READY_WITHIN)
    token = _json(client, "POST", "/api/v1/auth/tokens/", {"email": STAFF[0], "password": STAFF[1]})["token"]
    sku = _json(client, "GET", f"/api/v1/products/{running.catalogue.product}/")["variants"][0]["sku"]
    answered, ready = Result(), Result()
    with _worker(running, terminal):
        _round(client, token, sku, photographs)  # wakes the worker up
        for _ in range(ROUNDS):
            first, last = _round(client, token, sku, photographs)
            answered.latencies.append(first)
            ready.latencies.append(last)
    for result in (answered, ready):
        result.seconds = sum(result.latencies)
    return [
        Row("five photographs of 5 MB: answered", 1, [answered], targets=_targets([("< 300 ms", 300, False)])),
        Row(
            "five photographs of 5 MB: ready",
            1,
            [ready],
            targets=_targets([("< 5 s", 5000, False), ("< 3 s", 3000, True)]),
        ),
    ]


def _targets(limits: list[tuple[str, int, bool]]) -> list[Target]:
    return [
        Target(text, lambda row, most=most: row.percentile(50) < most, is_goal)  # type: ignore[misc]
        for text, most, is_goal in limits
    ]


@contextmanager
def _worker(running: Servers, terminal: Terminal) -> Iterator[None]:
    """As `make run` starts it, with a process for each of two cores."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "prechi", "worker", "-n", "media@%h", "-Q", "media"]
    with Processes(terminal, PROJECT) as processes:
        quick = ["-c", str(CPUS), "--without-gossip", "--without-mingle", "-l", "ERROR"]
        processes.start("media", [*command, *quick], running.env)
        try:
            yield
        finally:
            processes.stop()


def _round(client: http.client.HTTPConnection, token: str, sku: str, photographs: list[bytes]) -> tuple[float, float]:
    """Seconds until the answer, and until all five were ready."""
    # What follows a picture's end is no part of it, but makes it another file: nothing is found made already.
    files = [photograph + secrets.token_bytes(8) for photograph in photographs]
    kind, body = _multipart(sku, files)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    started = time.perf_counter()
    client.request("POST", "/api/v1/staff/uploads/", body, headers)
    answer = client.getresponse()
    upload = json.loads(answer.read())
    answered = time.perf_counter() - started
    if answer.status != http.client.ACCEPTED:
        raise Problem(f"The upload was answered {answer.status}: {upload}")
    while not upload["done"]:
        if time.perf_counter() - started > READY_WITHIN:
            raise Problem(f"The pictures were not ready within {READY_WITHIN:.0f} seconds: {upload}")
        time.sleep(LOOK_EVERY)
        upload = _json(client, "GET", upload["url"], headers={"Authorization": f"Bearer {token}"})
    ready = time.perf_counter() - started
    if upload["ready"] != len(files):
        raise Problem(f"Not every picture became ready: {upload}")
    return answered, ready


def _json(
    client: http.client.HTTPConnection, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> Any:
    sent = {"Content-Type": "application/json"} if body is not None else {}
    client.request(method, path, json.dumps(body) if body is not None else None, sent | (headers or {}))
    answer = client.getresponse()
    text = answer.read()
    if answer.status >= http.client.BAD_REQUEST:
        raise Problem(f"{method} {path} was answered {answer.status}: {text[:500]!r}")
    return json.loads(text)


def _multipart(sku: str, files: list[bytes]) -> tuple[str, bytes]:
    boundary = secrets.token_hex(16)
    parts = [_part(boundary, 'name="variant"', sku.encode()), _part(boundary, 'name="alt"', b"Bench")]
    parts += [
        _part(boundary, f'name="files"; filename="{number}.jpg"', file, "Content-Type: image/jpeg\r\n")
        for number, file in enumerate(files)
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join([*parts, f"--{boundary}--\r\n".encode()])


def _part(boundary: str, about: str, content: bytes, more: str = "") -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n{more}\r\n".encode() + content + b"\r\n"


def _photograph(width: int, height: int) -> bytes:
    """Soft shapes under the grain of a sensor, saved at the quality that comes to 5 MB."""
    shapes = [Image.effect_noise((width // 16, height // 16), 90).resize((width, height)) for _ in range(3)]
    grain = Image.effect_noise((width // 2, height // 2), 18).resize((width, height))
    picture = ImageChops.add(Image.merge("RGB", shapes), Image.merge("RGB", [grain] * 3), scale=1.3)
    for quality in range(96, 40, -3):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality)
        if out.tell() <= BYTES * 1.05:
            break
    return out.getvalue()


def main() -> int:
    """`python -m bench.media`: these rows alone."""
    terminal = Terminal()
    with servers.running(terminal) as running:
        for row in measure(running, terminal):
            times = sorted(round(latency * 1000) for latency in row.results[0].latencies)
            terminal.say(f"{row.name}: {times} ms, load average {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

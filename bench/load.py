"""A small load generator: keep-alive connections on raw sockets, each sending its next request when it has its answer.

One thread and one epoll: it must cost as little as possible, for it shares the cores with the server it measures.
"""

import json
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles

HOST = "127.0.0.1"
# A server that says nothing for so long is counted as broken; the bench goes on.
PATIENCE = 15.0


@dataclass
class Result:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        return self.broken + sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        if len(self.latencies) < 2:
            return sum(self.latencies) * 1000
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def post(path: str, body: object) -> bytes:
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def run(
    port: int, requests: Iterable[bytes], *, connections: int, seconds: float | None = None, keep: bool = False
) -> Result:
    """Sends `requests` until they or the `seconds` are used up; what is under way then is still waited for.

    `keep` collects the answers' bodies, in the order in which they came.
    """
    return _Crowd(port, iter(requests), seconds, keep).go(connections)


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.expected: int | None = None
        self.head = 0
        self.status = 0
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.received, self.expected, self.head = b"", None, 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Whether the answer is whole now."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("closed by the server")
        self.received += data
        if not self.head:
            self._read_head()
        if self.expected is None:
            return bool(self.head) and self.received.endswith(b"0\r\n\r\n")
        return len(self.received) >= self.expected

    @property
    def body(self) -> bytes:
        return self.received[self.head :]

    def _read_head(self) -> None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        self.head = end + 4
        head = self.received[:end].lower()
        self.status = int(head[9:12])
        _, found, rest = head.partition(b"\r\ncontent-length:")
        if found:
            self.expected = self.head + int(rest.partition(b"\r\n")[0])
        elif b"transfer-encoding: chunked" not in head:
            self.expected = self.head


class _Crowd:
    def __init__(self, port: int, requests: Iterator[bytes], seconds: float | None, keep: bool) -> None:
        self._port, self._requests, self._seconds, self._keep = port, requests, seconds, keep
        self._selector = selectors.DefaultSelector()
        self._result = Result()

    def go(self, connections: int) -> Result:
        started = time.perf_counter()
        self._until = started + self._seconds if self._seconds is not None else float("inf")
        opened = [_Connection(self._port) for _ in range(connections)]
        try:
            for connection in opened:
                self._selector.register(connection.socket, selectors.EVENT_READ, connection)
                self._next(connection)
            self._wait()
        finally:
            for connection in opened:
                connection.socket.close()
            self._selector.close()
        self._result.seconds = time.perf_counter() - started
        return self._result

    def _wait(self) -> None:
        while self._selector.get_map():
            ready = self._selector.select(PATIENCE)
            if not ready:
                self._result.broken += len(self._selector.get_map())
                return
            for key, _ in ready:
                self._serve(key.data)

    def _serve(self, connection: _Connection) -> None:
        try:
            if not connection.receive():
                return
        except OSError:
            self._result.broken += 1
            self._selector.unregister(connection.socket)
            return
        result = self._result
        result.latencies.append(time.perf_counter() - connection.sent_at)
        result.statuses[connection.status] += 1
        if self._keep:
            result.bodies.append(connection.body)
        self._next(connection)

    def _next(self, connection: _Connection) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            self._selector.unregister(connection.socket)
            return
        try:
            connection.send(request)
        except OSError:
            self._result.broken += 1
            self._selector.unregister(connection.socket)

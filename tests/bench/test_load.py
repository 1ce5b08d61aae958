"""A load generator that miscounts would make every figure of the bench a lie."""

import socket
import threading
from collections.abc import Iterator

import pytest

from bench import load

ANSWERS = {
    b"/long": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"/refused": b"HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n",
}


@pytest.fixture
def port() -> Iterator[int]:
    """A server of three answers, each sent byte by byte as a slow network would."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _accept(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection,), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while asked := connection.recv(4096):
            path = asked.split()[1]
            if path not in ANSWERS:
                return
            for byte in ANSWERS[path]:
                connection.send(bytes([byte]))


@pytest.mark.parametrize("path", ["/long", "/chunked"])
def test_whole_answers_are_counted_once(port: int, path: str) -> None:
    result = load.run(port, [load.get(path)] * 20, connections=4, keep=True)

    assert len(result.latencies) == len(result.bodies) == 20
    assert result.errors == 0
    assert all(b"hello" in body for body in result.bodies)
    assert 0 < result.percentile(50) <= result.percentile(95)


def test_refusals_and_broken_connections_are_errors(port: int) -> None:
    assert load.run(port, [load.get("/refused")] * 3, connections=1).errors == 3
    assert load.run(port, [load.get("/hangs-up")] * 2, connections=2).broken == 2


def test_it_stops_when_its_time_is_over(port: int) -> None:
    result = load.run(port, iter(lambda: load.get("/long"), None), connections=2, seconds=0.3)

    assert 0.3 <= result.seconds < 60  # there is no end to what it was given
    assert result.rate > 0

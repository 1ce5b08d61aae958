"""A house that speaks as much of S3's language as storing files takes: put, get, head and delete, in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GONE = b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>Not there.</Message></Error>"


@dataclass
class Object:
    content: bytes
    headers: dict[str, str]


@dataclass
class Buckets:
    url: str
    objects: dict[str, Object] = field(default_factory=dict)
    """By `/bucket/name`."""
    unsigned: list[str] = field(default_factory=list)
    """Calls that anybody could have made."""
    is_away: bool = False

    def names(self, bucket: str) -> list[str]:
        return [path.removeprefix(f"/{bucket}/") for path in self.objects if path.startswith(f"/{bucket}/")]


@contextmanager
def buckets() -> Iterator[Buckets]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    there = _Handler.there = Buckets(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    there: Buckets

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.there.is_away:
            self._answer(503)
        else:
            self.there.objects[self._path()] = Object(content, dict(self.headers.items()))
            self._answer(200, etag='"stored"')

    def do_GET(self) -> None:
        found = self.there.objects.get(self._path())
        if found is None:
            self._answer(404, b"" if self.command == "HEAD" else GONE)
        else:
            self._answer(200, found.content, etag='"stored"')

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.there.objects.pop(self._path(), None)
        self._answer(204)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""

    def _path(self) -> str:
        path, _, query = self.path.partition("?")
        if "Authorization" not in self.headers and "X-Amz-Signature" not in query:
            self.there.unsigned.append(path)
        return path

    def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

"""The HTTP server: threads, and connections that can be broken on purpose.

Django's threaded development server instead of a production one, because the faults need the socket itself: a
connection reset after the work was done cannot be made from within WSGI.
"""

import os
import socket
import struct
from typing import Any

from django.core.servers.basehttp import ServerHandler, ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class Answer(ServerHandler):
    """Writes the response, or what ``wire_fault`` on it asks for instead."""

    def finish_response(self) -> None:
        fault = getattr(self.result, "wire_fault", None)
        if fault == "reset":
            self.result.close()
            reset(self.request_handler.connection)
        elif fault == "truncate":
            content = b"".join(self.result)
            self.headers["Content-Length"] = str(len(content))
            self.write(content[: len(content) // 2])
            self.result.close()
            self.request_handler.close_connection = True
        else:
            super().finish_response()


def reset(connection: socket.socket) -> None:
    """Closes with RST, as a proxy or a dying server does, instead of the polite end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


class RequestHandler(WSGIRequestHandler):
    # Headers and body are two writes; with Nagle's algorithm the second would wait for an acknowledgement.
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(65537)
        except OSError:
            self.raw_requestline = b""
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        answer = Answer(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
        answer.request_handler = self
        answer.run(self.server.get_app())
        if self.connection.fileno() == -1:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: provider calls are logged with their fault and duration in ``wire``."""


class Server(ThreadedWSGIServer):
    request_queue_size = 128


def listen(address: str, port: int) -> Server:
    server = Server((address, port), RequestHandler, ipv6=":" in address)
    server.set_app(get_wsgi_application())
    return server

"""The shop as a server runs it: with prechi.ready ahead of Django. For tests whose database really commits."""

from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from prechi.ready import ReadyBytes


@dataclass(frozen=True)
class Given:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Ahead:
    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.asked: list[str] = []  # what was passed on to Django
        self.shop = ReadyBytes(self._django)

    def get(self, path: str, method: str = "GET", secure: bool = False, **headers: str) -> Given:
        return self._ask(self.shop, path, method, secure, headers)

    def without(self, path: str, method: str = "GET", secure: bool = False, **headers: str) -> Given:
        return self._ask(self.django, path, method, secure, headers)

    def _django(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self.django(environ, start)

    def _ask(self, application: Any, path: str, method: str, secure: bool, headers: dict[str, str]) -> Given:
        named = {"host": "testserver"} | {name.replace("_", "-"): value for name, value in headers.items()}
        environ = RequestFactory().generic(method, path, secure=secure, headers=named).environ
        started: list[Any] = []
        response = application(environ, lambda status, given, exc_info=None: started.extend((status, given)))
        body = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        return Given(int(started[0][:3]), dict(started[1]), body)

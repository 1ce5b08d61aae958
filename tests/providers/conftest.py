"""One running sandbox for the session, and a shop that only writes down the webhooks it is sent."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from devtools.sandbox.process import Sandbox, start

PAYSTACK_KEY = "sk_test_vector"
RESEND_KEY = "re_test_vector"
RESEND_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
CLOUDINARY = "cloudinary://demo-key:abcd@prechi-demo"


@dataclass
class Hook:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Shop:
    """Takes webhooks; ``answers`` are the statuses it gives in turn, then 200."""

    url: str = ""
    hooks: list[Hook] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture(scope="session")
def _shop() -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            shop.hooks.append(Hook(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(shop.answers.pop(0) if shop.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield shop
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def _sandbox(_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    environment = {
        "PAYSTACK_SECRET_KEY": PAYSTACK_KEY,
        "RESEND_API_KEY": RESEND_KEY,
        "RESEND_WEBHOOK_SECRET": RESEND_SECRET,
        "CLOUDINARY_URL": CLOUDINARY,
        "SANDBOX_WEBHOOK_RETRIES": "0.1,0.1",
        "SANDBOX_HOST": "",
    }
    state = tmp_path_factory.mktemp("sandbox") / "state.sqlite3"
    with start(state=state, shop_url=_shop.url, env=environment) as running:
        yield running


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    _sandbox.control("POST", "webhooks/flush", {"all": True})
    _sandbox.control("POST", "reset")
    return _sandbox


@pytest.fixture
def shop(sandbox: Sandbox, _shop: Shop) -> Shop:
    _shop.hooks.clear()
    _shop.answers.clear()
    return _shop


@dataclass
class Paystack:
    base: str

    def __call__(self, method: str, path: str, key: str = PAYSTACK_KEY, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return requests.request(method, f"{self.base}{path}", headers=headers, timeout=30, **kwargs)

    def initialize(self, reference: str = "ref-1", amount: int = 1_900_000, **fields: Any) -> dict[str, Any]:
        body = {"email": "ada@prechi.test", "amount": amount, "currency": "NGN", "reference": reference, **fields}
        answer = self("POST", "/transaction/initialize", json=body)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def verify(self, reference: str = "ref-1") -> dict[str, Any]:
        answer = self("GET", f"/transaction/verify/{reference}")
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def browse(self, url: str, form: dict[str, str]) -> requests.Response:
        """A form of the payer's page, without following where it leads."""
        return requests.post(url, data=form, allow_redirects=False, timeout=30)


@pytest.fixture
def paystack(sandbox: Sandbox) -> Paystack:
    return Paystack(f"{sandbox.url}/paystack")


@pytest.fixture
def set_faults(sandbox: Sandbox) -> Callable[..., Any]:
    def change(**switches: Any) -> Any:
        return sandbox.control("PUT", "faults", {name.replace("__", "."): value for name, value in switches.items()})

    return change

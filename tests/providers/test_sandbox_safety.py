"""What the sandbox refuses to be: reachable from outside, or a place where a real key works."""

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from devtools.sandbox import process
from devtools.sandbox.process import PROJECT, DidNotStart, Sandbox, start


def run(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"SANDBOX_STATE": str(tmp_path / "s.sqlite3"), "SANDBOX_PORT": "1"} | environment
    command = [sys.executable, "-m", "devtools.sandbox"]
    return subprocess.run(
        command, cwd=PROJECT, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "shop.test"])
def test_it_listens_on_loopback_only(tmp_path: Path, address: str) -> None:
    ended = run(tmp_path, SANDBOX_HOST=address)
    assert ended.returncode != 0
    assert "loopback only" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PAYSTACK_SECRET_KEY", "sk_live_0123456789abcdef"),
        ("RESEND_API_KEY", "re_AbCdEf123_456789"),
        ("CLOUDINARY_URL", "cloudinary://123456789012345:secret@shop"),
    ],
)
def test_it_refuses_a_key_that_may_be_real_and_does_not_print_it(tmp_path: Path, variable: str, value: str) -> None:
    ended = run(tmp_path, **{variable: value})
    assert ended.returncode != 0
    assert variable in ended.stderr
    assert value not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_state_that_is_no_database_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite3").write_bytes(b"x" * 5000)
    ended = run(tmp_path)
    assert ended.returncode != 0
    assert "cannot use its state" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_imports_nothing_of_the_shop() -> None:
    shop = {"prechi", "adminpanel", "payments", "orders", "catalog", "accounts", "mailing", "core"}
    files = list((PROJECT / "devtools" / "sandbox").rglob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not shop & {name.partition(".")[0] for name in names}, file


def test_a_port_in_use_is_one_clear_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    port = sandbox.port
    with pytest.raises(DidNotStart, match=f"port {port} cannot be used"), start(port, tmp_path / "other.sqlite3"):
        pass


def test_a_free_port_that_is_taken_meanwhile_is_left_for_another(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [sandbox.port, process.free_port(), process.free_port()]
    monkeypatch.setattr(process, "free_port", lambda: found.pop(0))
    with start(state=tmp_path / "other.sqlite3") as other:
        assert other.port != sandbox.port
        assert other.control("GET", "faults")


def test_it_remembers_over_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "s.sqlite3"
    demo = {"PAYSTACK_SECRET_KEY": "sk_test_prechi_demo"}
    with start(state=state, shop_url="http://127.0.0.1:9", env=demo) as first:
        body = b'{"email": "a@b.co", "amount": 5000, "reference": "kept"}'
        call(f"{first.url}/paystack/transaction/initialize", body)
        first.control("POST", "paystack/transactions/kept/pay", {})
    with start(state=state, shop_url="http://127.0.0.1:9", env=demo) as second:
        assert second.control("GET", "paystack/ledger")["transactions"][0]["status"] == "success"
        assert len(second.control("GET", "webhooks")["webhooks"]) == 1


def test_it_stops_at_once_though_the_shop_leaves_a_webhook_unanswered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop = f"http://127.0.0.1:{silent.getsockname()[1]}"
        waits_long = {"PAYSTACK_SECRET_KEY": "sk_test_prechi_demo", "SANDBOX_WEBHOOK_TIMEOUT": "600"}
        with start(state=tmp_path / "s.sqlite3", shop_url=shop, env=waits_long) as it:
            call(f"{it.url}/paystack/transaction/initialize", b'{"email": "a@b.co", "amount": 5000, "reference": "r"}')
            it.control("POST", "paystack/transactions/r/pay", {})
            silent.accept()
            it.process.terminate()
            assert it.process.wait(60) == 0


def call(url: str, body: bytes) -> None:
    headers = {"Authorization": "Bearer sk_test_prechi_demo", "Content-Type": "application/json"}
    assert requests.post(url, data=body, headers=headers, timeout=30).status_code == 200

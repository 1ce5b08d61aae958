"""The programs of the shop: told apart, stopped together, and missed when they go."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.problem import Problem
from devtools.processes import Processes
from devtools.terminal import Terminal

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def processes(screen: io.StringIO, tmp_path: Path) -> Iterator[Processes]:
    with Processes(Terminal(screen), tmp_path) as programs:
        yield programs


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def until(true: object, within: float = 60.0) -> bool:
    assert callable(true)
    give_up = time.monotonic() + within
    while not true() and time.monotonic() < give_up:
        time.sleep(0.02)
    return bool(true())


def lives(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_line_says_who_speaks(processes: Processes, screen: io.StringIO) -> None:
    processes.start("web", python(SLEEPER), os.environ)

    assert until(lambda: screen.getvalue() == "web     | up\n")


def test_a_crash_is_one_sentence_and_the_last_lines(processes: Processes) -> None:
    processes.start("sandbox", python(SLEEPER), os.environ)
    processes.start("web", python("print('no such table'); raise SystemExit(3)"), os.environ)

    with pytest.raises(Problem) as problem:
        processes.watch()

    assert str(problem.value) == "web stopped unexpectedly (exit code 3). Its last lines:\n    no such table"


def test_a_killed_program_is_named_with_the_signal(processes: Processes) -> None:
    program = processes.start("orders", python(SLEEPER), os.environ)
    program.process.kill()

    with pytest.raises(Problem, match=r"^orders stopped unexpectedly \(signal SIGKILL\)"):
        processes.watch()


def test_a_step_that_fails_stops_the_start(processes: Processes) -> None:
    processes.run("setup", python("pass"), os.environ)

    with pytest.raises(Problem, match=r"setup stopped unexpectedly \(exit code 1\)"):
        processes.run("setup", python("raise SystemExit(1)"), os.environ)


def test_a_crash_elsewhere_ends_a_long_step(processes: Processes) -> None:
    processes.start("sandbox", python("raise SystemExit(1)"), os.environ)

    with pytest.raises(Problem, match="sandbox stopped unexpectedly"):
        processes.run("setup", python(SLEEPER), os.environ)


def test_who_does_not_listen_is_killed_with_its_children(
    processes: Processes, screen: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devtools.processes.STOPS_WITHIN", 0.3)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    child = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {deaf + SLEEPER!r}]).pid, flush=True)\n"
    )
    program = processes.start("web", python(deaf + child + SLEEPER), os.environ)
    assert until(lambda: len(program.last_lines) == 3)
    grandchild = next(int(line) for line in program.last_lines if line.isdigit())

    processes.stop()

    assert "web did not stop within 0 seconds and is killed." in screen.getvalue()
    assert until(lambda: not lives(program.process.pid) and not lives(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_nothing_survives_its_owner_being_killed(tmp_path: Path) -> None:
    owner_code = (
        "import os, sys; from pathlib import Path\n"
        "from devtools.processes import Processes; from devtools.terminal import Terminal\n"
        f"with Processes(Terminal(), Path({str(tmp_path)!r})) as processes:\n"
        f"    program = processes.start('web', [sys.executable, '-c', {SLEEPER!r}], os.environ)\n"
        "    print(program.process.pid, flush=True)\n"
        "    processes.watch()\n"
    )
    with subprocess.Popen(python(owner_code), stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        child = next(int(line) for line in owner.stdout if line.strip().isdigit())
        assert lives(child)

        owner.send_signal(signal.SIGKILL)

        assert until(lambda: not lives(child))

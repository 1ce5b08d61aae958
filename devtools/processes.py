"""The programs of one shop, started together and stopped together.

Written rather than taken from a process manager: those signal whole process groups at once, which tears Celery's and
granian's own children from under them, and leave everything behind when they are killed themselves.
"""

import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from devtools.problem import Problem
from devtools.services import children
from devtools.terminal import Terminal

STOPS_WITHIN = 10.0
LINES_KEPT = 15


@dataclass
class Program:
    name: str
    process: subprocess.Popen[bytes]
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))
    reader: threading.Thread | None = None

    def ended(self) -> Problem:
        code = self.process.wait()
        how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        if self.reader is not None:
            self.reader.join(2)
        said = "".join(f"\n    {line}" for line in self.last_lines) or " nothing."
        return Problem(f"{self.name} stopped unexpectedly ({how}). Its last lines:{said}")


class Processes:
    """As a context manager: whatever was started in the block has ended when the block has."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._terminal = terminal
        self._folder = folder
        self._programs: list[Program] = []

    def __enter__(self) -> "Processes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Program:
        process = children.spawn(
            command,
            dies_with=signal.SIGTERM,
            cwd=self._folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        program = Program(name, process)
        self._programs.append(program)
        program.reader = threading.Thread(target=self._repeat, args=(program,), daemon=True)
        program.reader.start()
        return program

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it and wait until it has done its work; the others are watched meanwhile."""
        program = self.start(name, command, env)
        while program.process.poll() is None:
            self.check(program)
            time.sleep(0.02)
        if program.process.returncode != 0:
            raise program.ended()
        self._programs.remove(program)

    def check(self, *but: Program) -> None:
        """A Problem if any of them has ended."""
        for program in self._programs:
            if program not in but and program.process.poll() is not None:
                raise program.ended()

    def watch(self) -> None:
        """Wait until one of them ends, which none should."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all of them at once, then wait for each; who does not listen is killed with all it started."""
        for program in reversed(self._programs):
            if program.process.poll() is None:
                program.process.terminate()
        give_up = time.monotonic() + STOPS_WITHIN
        while any(p.process.poll() is None for p in self._programs) and time.monotonic() < give_up:
            time.sleep(0.02)
        for program in self._programs:
            if program.process.poll() is None:
                self._terminal.say(f"{program.name} did not stop within {STOPS_WITHIN:.0f} seconds and is killed.")
            children.stop(program.process)
            if program.reader is not None:
                program.reader.join(2)
        self._programs.clear()

    def _repeat(self, program: Program) -> None:
        output = program.process.stdout
        if output is None:
            return
        with output:
            for raw in output:
                line = raw.decode(errors="replace").rstrip()
                if line:
                    program.last_lines.append(line)
                    self._terminal.speak(program.name, line)
